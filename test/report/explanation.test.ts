import { describe, expect, test } from "vitest";
import type { ExplanationRecord } from "../../src/records/explain.ts";
import { renderExplanation } from "../../src/report/explanation.ts";
import { stainSentences } from "../../src/report/explanation-stains.ts";
import { around, checks, explanation, field, picturesOf, stackedExplanation } from "./explanations.ts";

const picture = "data:image/jpeg;base64,/9j/4AAQ";
const render = (record: ExplanationRecord) =>
  renderExplanation(record, new Map(picturesOf(record).map((path) => [path, picture])));
const visibleText = (page: string) =>
  page
    .replace(/<style>.*<\/style>/s, "")
    .replace(/<[^>]+>/g, " ")
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&amp;/g, "&")
    .replace(/\s+/g, " ");

/** The card of a field, cut out of the page. */
function cardOf(page: string, place: string): string {
  const own = page.split("<article").find((part) => part.includes(`<span class="place">${place}</span>`));
  return own?.split("</article>")[0] ?? "";
}

describe("The page of an explanation", () => {
  test("looks as it did", async () => {
    await expect(render(explanation({ checks }))).toMatchFileSnapshot("../fixtures/report/explanation.html");
  });

  test("stands alone, with nothing that is not escaped and no number that is none", () => {
    for (const record of [explanation({ checks }), explanation(), stackedExplanation()]) {
      const page = render(record);
      expect(page).not.toMatch(/<script|NaN|undefined|Infinity|https?:/);
      expect(page).not.toContain("P<1>");
      expect(visibleText(page)).toContain("P<1> B12, field 1");
    }
  });

  test("puts notes first, then what it comes to, then the fields by why they were taken", () => {
    const page = render(explanation());
    const order = [
      "Only 5 fields of",
      ...["What it comes to", "How to read it", "The fields that were asked for", "Right, and surest", "Most wrong"],
      ...["Most unsure", "Along the score", "Which stain", "Whether to believe the maps", "How it was made"],
    ];
    const places = order.map((words) => page.indexOf(words.startsWith("Only") ? words : `<h2>${words}`));
    expect(places).not.toContain(-1);
    expect([...places].sort((a, b) => a - b)).toEqual(places);
    expect(page).not.toContain("The middle of their kind");
  });

  test("says of each field what the network says, whether that is so, and what its well was", () => {
    const page = render(explanation());
    expect(visibleText(cardOf(page, "P&lt;1&gt; D12, field 1"))).toContain(
      "The network says untreated, wrongly; log-odds −1.7; the network never saw this well.",
    );
    expect(visibleText(cardOf(page, "P&lt;1&gt; D01, field 1"))).toContain("The network cannot tell; log-odds 0.2;");
    const sample = visibleText(cardOf(page, "P&lt;1&gt; C05, field 1"));
    expect(sample).toContain("Wortmannin & co 500 nM");
    expect(sample).toContain("The network says inhibited; log-odds 3.3.");
  });

  test("shows Grad-CAM of the explained class at the last stage, and folds in the others", () => {
    const [open, folded] = cardOf(render(explanation()), "P&lt;1&gt; B12, field 1").split("More maps:");
    expect(open).toContain("<h4>Grad-CAM for inhibited at layer4</h4>");
    expect(open).not.toContain("layer3</h4>");
    for (const name of ["untreated at layer3", "inhibited at layer3", "untreated at layer4"])
      expect(folded).toContain(`<h4>Grad-CAM for ${name}</h4>`);
    const other = cardOf(render(explanation({ class: 0 })), "P&lt;1&gt; B12, field 1").split("More maps:")[0]!;
    expect(other).toContain("<h4>Grad-CAM for untreated at layer4</h4>");
  });

  test("leads from each map to the same at full size, whatever the plate is called", () => {
    const record = explanation({ fields: [field("B12", "positive", "best", 6.4)] });
    const strange = record.fields.map((own) => ({
      ...own,
      maps: own.maps.map((map) => ({ ...map, overlay: map.overlay.replace("P1", "50 % #1?") })),
    }));
    const page = render({ ...record, fields: strange });
    expect(page).toContain('<a href="fields/50%20%25%20%231%3F-B12-1/gradcam-layer4-FKHR-GFP-1.png"');
    expect(page.match(/<a href="fields/g)).toHaveLength(record.fields[0]!.maps.length);
  });

  test("says that a map is zero, to those who see and to those who listen", () => {
    const card = cardOf(render(explanation()), "P&lt;1&gt; B12, field 1");
    expect(card).toContain(
      'alt="Grad-CAM for inhibited at layer4, DNA, over P&lt;1&gt; B12, field 1: zero everywhere"',
    );
    expect(card).toContain("<figcaption>DNA: zero everywhere</figcaption>");
    expect(card).toContain("<figcaption>FKHR-GFP</figcaption>");
  });

  test("says where a map is drawn that its method failed or held", () => {
    const card = visibleText(cardOf(render(explanation({ checks })), "P&lt;1&gt; B01, field 1"));
    expect(card).toMatch(/Input gradient for inhibited .* ✕ It does not lie where the truth was changed\./);
    expect(card).toMatch(/Grad-CAM for inhibited at layer4 .* ✓ It lies where the truth was changed\./);
    expect(visibleText(cardOf(render(explanation()), "P&lt;1&gt; B01, field 1"))).not.toContain("✕");
  });

  test("warns of guided backpropagation though nothing was checked, and of one map for all stains", () => {
    const card = visibleText(cardOf(render(stackedExplanation()), "P&lt;1&gt; B12, field 1"));
    expect(card).toMatch(
      /Guided backpropagation .* ✕ Look at it, and conclude nothing: .* fails published sanity checks/,
    );
    expect(card).toContain("One map for all stains: this network stacks them");
    expect(card).toContain("Spearman’s ρ 0.93");
    expect(cardOf(render(explanation()), "P&lt;1&gt; B12, field 1")).not.toContain("One map for all stains");
  });

  test("says what was measured of the maps, or that nothing was", () => {
    const without = visibleText(render(explanation()));
    expect(without).toContain("Whether these maps follow what the network has learned was not measured");
    expect(without).not.toContain("Enrichment");
    const page = render(explanation({ checks }));
    expect(page).toContain(
      '<th scope="row">Grad-CAM at layer4</th><td>FKHR-GFP</td><td>what was changed</td><td>2.10 (1.90 to 2.30)</td><td>1.60 (1.40 to 1.80)</td><td>0.50 (0.20 to 0.80)</td><td>1.10 (0.90 to 1.30)</td><td>1.00 (0.70 to 1.30)</td><td>58</td><td>2</td>',
    );
    // A network whose every map was zero has no figure.
    expect(page).toContain(
      "<td>1.60 (1.40 to 1.80)</td><td>0.50 (0.20 to 0.80)</td><td>–</td><td>–</td><td>58</td><td>2</td>",
    );
    expect(page).toContain("<td>4.20 (3.60 to 4.80)</td><td>1.10 (0.80 to 1.40)</td>");
    expect(page).toContain('<th scope="row">layer4</th><td>0.08 (0.02 to 0.14)</td><td>–</td>');
  });

  test("keeps its captions where pictures are missing", () => {
    const page = renderExplanation(explanation(), new Map());
    expect(page).not.toContain("<img");
    expect(page).toContain("No picture.");
    expect(page).toContain("<figcaption>FKHR-GFP</figcaption>");
  });

  test("gives the montage in its own order, and leads to the fields that are explained", () => {
    const page = render(explanation());
    const montage = page.slice(page.indexOf('id="montage"'), page.indexOf('id="stains"'));
    const shown = [...montage.matchAll(/<figcaption><b>([^<]+)<\/b>/g)].map(([, score]) => score);
    expect(shown).toEqual(["−5.2", "−1.7", "0.2", "3.3", "6.4"]);
    for (const [, target] of montage.matchAll(/href="#([^"]+)"/g)) expect(page).toContain(`id="${target}"`);
  });
});

describe("What the stains do, in words", () => {
  const { study } = explanation();
  const role = (first: ReturnType<typeof around>, second: ReturnType<typeof around>) =>
    stainSentences([{ role: "positive", replacedBy: "mean", alone: [], shapley: [first, second] }], study);

  test.each([
    ["a stain above the other", around(3, 0.5), around(1, 0.5), "rests most on the first of these: FKHR-GFP +3.0"],
    ["a stain below 0 that does more", around(1, 0.5), around(-3, 0.5), "rests most on the first of these: DNA −3.0"],
    ["intervals that meet", around(3, 1.5), around(1, 0.6), "it cannot be told on which stain"],
    ["an interval across 0", around(3, 3.1), around(0, 0), "it cannot be told on which stain"],
    ["too few wells for intervals", around(3, null), around(1, null), "it cannot be told on which stain"],
  ])("say “most” only where intervals bear it out: %s", (_, first, second, words) => {
    expect(role(first, second)).toEqual([expect.stringContaining(words)]);
  });

  test("speak of controls alone, and of vehicle fields as stand-ins where there are any", () => {
    const { roles } = explanation();
    const samples = roles.map((own) => ({ ...own, role: "sample" as const }));
    expect(stainSentences(samples, study)).toEqual([]);
    const both = roles.map((own) =>
      own.replacedBy === "mean" ? { ...own, shapley: own.shapley.map(() => around(99, 1)) } : own,
    );
    expect(stainSentences(both, study).join(" ")).not.toContain("99");
    expect(stainSentences(both, study)).toHaveLength(2);
  });
});
