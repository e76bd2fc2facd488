import { describe, expect, test } from "vitest";
import type { ReportInput } from "../../src/report/input.ts";
import { renderReport } from "../../src/report/report.ts";
import { controls, screenInput, series, type TestWell } from "../screening/plate.ts";
import { amyloidPlates, libraryPlate, reportOf, story, translocationPlate } from "./synthetic.ts";

const doses = [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30];
const plate: TestWell[] = [
  ...controls("negative", "test", 1, [-1, 1, 0, 0]),
  ...controls("positive", "test", 2, [99, 101, 100]),
  ...controls("negative", "train", 12, [0, 0]),
  ...series(
    "Wort<mannin> & co",
    5,
    doses.map((dose, i) => [dose, 100 / (1 + 0.4 / dose) + (i % 3) - 1] as const),
  ),
  ...series("Three doses", 6, [
    [1, 10],
    [3, 20],
    [10, 40],
  ]).map((well) => ({ ...well, challenge: "Aβ" })),
];
const small = () => reportOf(screenInput(plate));
const picture = "data:image/jpeg;base64,/9j/4AAQ";

describe("The report", () => {
  test("looks as it did", async () => {
    const images = new Map([["examples/01.jpg", picture]]);
    await expect(render(small(), images)).toMatchFileSnapshot("../fixtures/report/small.html");
  });

  test("says the verdict in plain words", () => {
    const text = visibleText(render(small()));
    expect(text).toContain(
      "The network told inhibited from untreated in 6 of 7 control wells that it had never learned from (95 % interval 48.7 % to 97.4 %). So few wells cannot rule out chance.",
    );
    expect(text).toContain("Z′ of the untouched controls is 0.95: the two controls stand well apart");
    expect(text).toMatch(
      /EC50 with its 95 % interval: Wort<mannin> & co 394 nM \(\d+ to \d+ nM\). 1 other curve allows none\./,
    );
    expect(text).toContain("no EC50: 3 doses above 0, at least 4 needed. At 10 µM: 40.0 % effect (1 well).");
  });

  test("puts warnings before everything else but the title, position first", () => {
    const page = render({
      ...small(),
      warnings: ["A warning of the screen."],
      position: { wells: 12, right: 11.5, heldOut: "split", explains: true },
      opened: { models: 7 },
    });
    const order = [
      "<h1>",
      "Position explains the labels",
      "These test wells have judged 7 models",
      "A warning of the screen",
      "The verdict",
    ];
    const places = order.map((words) => page.indexOf(words));
    expect(places).not.toContain(-1);
    expect([...places].sort((a, b) => a - b)).toEqual(places);
    expect(visibleText(page)).toContain("11.5 of 12 test control wells are told right from nothing but where they lie");
    expect(visibleText(page)).toContain("But their places on the plate would have told them too.");
  });

  test("warns of nothing where there is nothing to warn of, and says so of position and of the test wells", () => {
    const position = { wells: 12, right: 6, heldOut: "plate", explains: false } as const;
    const page = render({ ...small(), position, opened: { models: 1 } });
    expect(page).not.toContain("Read this first");
    const text = visibleText(page);
    expect(text).toContain(
      "6 of 12 control wells, each plate guessed from the others, would have been told right: position does not explain",
    );
    expect(text).toContain("These test wells have judged no model but this one.");
  });

  test("counts missing fields and names what was left out, many of them folded and cut", () => {
    const input = small();
    const wells = input.wells.map((well, i) => (i < 2 ? { ...well, nFieldsMissing: 3 } : well));
    const problem = (i: number) => ({ subject: `P1/A0${i}/1`, message: "cut short" });
    const few = render({ ...input, wells, problems: [problem(1), problem(2)] });
    expect(visibleText(few)).toContain("6 of 26 fields are missing, in 2 wells");
    expect(few).toMatch(/<details open><summary>Left out: 2 files or wells<\/summary>/);
    const many = render({ ...input, problems: Array.from({ length: 5000 }, (_, i) => problem(i)) });
    expect(many).toMatch(/<details><summary>Left out: 5,000 files or wells<\/summary>/);
    expect(visibleText(many)).toContain("and 4,700 more, named in report.json");
  });

  test("folds in the seventh warning and those after it", () => {
    const page = render({ ...small(), warnings: Array.from({ length: 9 }, (_, i) => `Warning ${i}.`) });
    expect(page).toContain("<details><summary>3 more warnings</summary>");
  });

  test("prints both intervals of the accuracy, and the wider one on top", () => {
    const input = small();
    const wells = {
      ...input.evaluation.test!.wells,
      nPlates: 9,
      wilson: { low: 0.5, high: 0.9 },
      bootstrap: { low: 0.4, high: 1 },
      interval: { low: 0.4, high: 1, kind: "bootstrap" },
    } as const;
    const evaluation = { ...input.evaluation, test: { ...input.evaluation.test!, wells } };
    const text = visibleText(render({ ...input, evaluation }));
    expect(text).toContain("95 % interval 40 % to 100 %");
    expect(text).toMatch(/test \(never learned from\)6 of 7950 % to 90 %40 % to 100 %/);
  });

  test("shows example fields with what the network said, and says where a picture is missing", () => {
    const input = small();
    const page = render(input, new Map([[input.examples[0]!.image, picture]]));
    expect(page.match(/<img /g)).toHaveLength(1);
    expect(page).toContain(`<img src="${picture}" alt="untreated control, P1 `);
    expect(page.match(/No picture: the images could not be read/g)).toHaveLength(input.examples.length - 1);
    expect(visibleText(page)).toMatch(
      /Most like inhibited: untreated control \(untouched\)\. P1 B01, field 1\. The network says inhibited, wrongly, log-odds 1\.0/,
    );
    expect(render({ ...input, examples: [] })).not.toContain("Example fields");
  });

  test("says how it was made and how to make it again", () => {
    const page = render({ ...small(), normalization: "plate" });
    expect(page).toContain("<dd>fitted to each plate’s own wells</dd>");
    expect(page).toContain("<code>neuroscreen screen study.yaml --model runs/model --out runs/screen</code>");
  });

  test("explains its terms, each once", () => {
    const page = render(small());
    const terms = [...page.matchAll(/<dfn>([^<]+)<\/dfn>/g)].map(([, term]) => term);
    expect(terms).toEqual(expect.arrayContaining(["Z′", "SSMD", "log-odds", "EC50", "percent effect", "AUC"]));
    expect(new Set(terms).size).toBe(terms.length);
  });

  test("links to every section that it has, and to nothing else", () => {
    const page = render(small());
    const links = [...page.matchAll(/href="#([a-z]+)"/g)].map(([, id]) => id);
    const sections = [...page.matchAll(/<section[^>]* id="([a-z]+)"/g)].map(([, id]) => id);
    expect(links).toEqual(sections);
    expect(links.length).toBeGreaterThan(8);
  });

  test("lets no name of the users' break the page", () => {
    const hostile = `<script>alert("1")</script>'&`;
    const input = reportOf(
      screenInput([
        ...plate,
        { well: "H12", role: "sample", compound: hostile, micromolar: 1, challenge: hostile, logits: [5] },
        { plate: hostile, well: "A01", role: "negative", logits: [5] },
      ]),
    );
    const epochs = input.training[0]!.epochs;
    const page = render(
      {
        ...input,
        study: { name: hostile, classes: { negative: hostile, positive: hostile }, channels: [hostile] },
        warnings: [hostile],
        problems: [{ subject: hostile, message: hostile }],
        provenance: [{ label: hostile, value: hostile }],
        commands: [hostile],
        training: [{ name: hostile, epochs }],
      },
      new Map(input.examples.map(({ image }) => [image, hostile])),
    );
    expect(page).not.toContain("<script");
    expect(page).not.toContain('("1")');
    // The plots may shorten it, but only behind this.
    expect(page.replaceAll("&lt;script&gt;alert(&quot;1&quot;)&lt;", "")).not.toContain("alert");
    expect(unclosed(page)).toEqual([]);
  });

  test("needs nothing from elsewhere and runs nothing", () => {
    const page = render(small(), new Map([["examples/01.jpg", picture]]));
    expect(page.replace(/href="#/g, "").replace(/src="data:image/g, "")).not.toMatch(/(src|href)=|@import|url\(/);
    expect(page).not.toMatch(/<script|<link|<iframe| on\w+="/);
  });

  test.each<[string, () => ReportInput]>([
    ["96 wells, two compounds", () => reportOf(story(translocationPlate(), 1))],
    ["four plates with a challenge", () => reportOf(story(amyloidPlates(["1 A", "2 B", "3 C", "4 D"]), 8))],
    ["nine plates", () => reportOf(story(amyloidPlates(Array.from({ length: 9 }, (_, i) => `${i} C${i}`)), 3))],
    ["a library of 384", () => reportOf(story(libraryPlate(), 2))],
  ])("is whole and names every chart for readers who do not see it: %s", (_, make) => {
    const page = render(make());
    expect(unclosed(page)).toEqual([]);
    expect(page).not.toMatch(/NaN|Infinity|undefined|\[object/);
    const charts = page.match(/<svg[^>]*>/g)!;
    for (const chart of charts) expect(chart).toMatch(/role="img" aria-label="[^"]{6,}"/);
    expect(charts.length).toBeGreaterThan(4);
  });

  test("draws a plate with all that stands on it, and many plates small", () => {
    const one = render(reportOf(story(translocationPlate(), 1)));
    expect(one.match(/<svg class="plate"/g)).toHaveLength(1);
    expect(one.match(/<svg class="plate" viewBox="0 0 582 392"/g)).toHaveLength(1);
    const many = render(reportOf(story(amyloidPlates(Array.from({ length: 9 }, (_, i) => `${i} C${i}`)), 3)));
    expect(many.match(/<svg class="plate"/g)).toHaveLength(9);
    expect(many).toContain('<div class="multiples">');
    // Two plates stand open, the others behind their names: tables by dose and fields.
    expect(many.match(/<details class="plate-part[^>]* open>/g)).toHaveLength(4);
    expect(many.match(/<details class="plate-part[^>]*">/g)).toHaveLength(14);
  });

  test("opens on paper what is folded in, but not the hundreds of pages of a large screen", () => {
    const page = render(small());
    expect(page).toContain("details:not(.unprinted)::details-content { content-visibility: visible;");
    expect(page).not.toContain('class="unprinted"');
    const nine = render(reportOf(story(amyloidPlates(Array.from({ length: 9 }, (_, i) => `${i} C${i}`)), 3)));
    expect(nine).toContain('<details class="unprinted"><summary>432 wells</summary>');
    expect(nine.match(/class="plate-part unprinted"/g)).toHaveLength(9);
  });

  test("of 36 plates with 51,840 fields fits a mail", () => {
    const names = Array.from({ length: 36 }, (_, i) => `${i + 1} COMPOUND_${i + 1}`);
    const input = reportOf(story(amyloidPlates(names), 30));
    const begun = performance.now();
    const page = render(input);
    expect(performance.now() - begun).toBeLessThan(5000);
    // With 2 MB of pictures, 2.7 MB as text, the page stays under 6 MB.
    expect(Buffer.byteLength(page)).toBeLessThan(3_300_000);
  });

  test.each<[string, TestWell[]]>([
    ["no well", []],
    ["one well", [{ well: "A01", role: "sample", compound: "A", micromolar: 1, logits: [1] }]],
    ["controls without a score", controls("negative", "test", 1, [Number.NaN, Number.NaN])],
    [
      "wells that are all equal",
      [
        ...controls("negative", "test", 1, [1, 1]),
        ...controls("positive", "test", 2, [1, 1]),
        ...series("A", 4, [
          [1, 1],
          [2, 1],
        ]),
      ],
    ],
  ])("is a whole page for %s", (_, wells) => {
    const input = reportOf(screenInput(wells), { training: [], opened: null, provenance: [], commands: [] });
    const page = render(input);
    expect(unclosed(page)).toEqual([]);
    expect(page).not.toMatch(/NaN|Infinity|undefined|null|\[object/);
  });

  test("is the same from an input that was written as JSON and read back", () => {
    const input = small();
    expect(render(JSON.parse(JSON.stringify(input)) as ReportInput)).toBe(render(input));
  });
});

function render(input: ReportInput, images: ReadonlyMap<string, string> = new Map()): string {
  return renderReport(input, images);
}

function visibleText(page: string): string {
  return page
    .replace(/<style>.*?<\/style>/s, "")
    .replace(/<[^>]*>/g, "")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}

// Tags that were opened and not closed, or closed out of turn.
function unclosed(page: string): string[] {
  const open: string[] = [];
  for (const [, slash, name, rest] of page.matchAll(/<(\/?)([a-z][a-z0-9]*)\b([^>]*)>/gi)) {
    if (name === "meta" || name === "img" || rest!.endsWith("/")) continue;
    if (slash === "") open.push(name!);
    else if (open.pop() !== name) return [`</${name}> out of turn`];
  }
  return open;
}
