import { describe, expect, test } from "vitest";
import type { ReportInput } from "../../src/report/input.ts";
import { renderReport } from "../../src/report/report.ts";
import { evaluateControls } from "../../src/screening/evaluate.ts";
import { screenBothScores } from "../../src/screening/screen.ts";
import type { ScreenInput } from "../../src/screening/wells.ts";
import { controls, screenInput, series, type TestWell } from "../screening/plate.ts";

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

describe("The report", () => {
  test("looks as it did", async () => {
    await expect(renderReport(reportOf(screenInput(plate)))).toMatchFileSnapshot("../fixtures/report/small.html");
  });

  test("says the verdict in plain words", () => {
    const text = visibleText(renderReport(reportOf(screenInput(plate))));
    expect(text).toContain(
      "The network told inhibited from untreated in 6 of 7 control wells that it had never learned from (95 % interval 48.7 % to 97.4 %). So few wells cannot rule out chance.",
    );
    expect(text).toContain("Z′ of the untouched controls is 0.95: the two controls stand well apart");
    expect(text).toMatch(
      /EC50 with its 95 % interval: Wort<mannin> & co 394 nM \(\d+ to \d+ nM\). 1 other curve allows none\./,
    );
    expect(text).toContain("no EC50: 3 doses above 0, at least 4 needed");
  });

  test("puts warnings before everything else but the title", () => {
    const page = renderReport({ ...reportOf(screenInput(plate)), warnings: ["Position alone explains the labels."] });
    expect(page.indexOf("Position alone")).toBeGreaterThan(page.indexOf("<h1>"));
    expect(page.indexOf("Position alone")).toBeLessThan(page.indexOf("The verdict"));
    expect(renderReport(reportOf(screenInput(plate)))).not.toContain("Read this first");
  });

  test("lets no name of the users' break the page", () => {
    const hostile = `<script>alert("1")</script>'&`;
    const input = screenInput([
      ...plate,
      { well: "H12", role: "sample", compound: hostile, micromolar: 1, challenge: hostile, logits: [5] },
    ]);
    const page = renderReport({
      ...reportOf(input),
      study: { name: hostile, classes: { negative: hostile, positive: hostile }, channels: [hostile] },
      warnings: [hostile],
      problems: [{ subject: hostile, message: hostile }],
      provenance: [{ label: hostile, value: hostile }],
      training: [
        {
          name: hostile,
          epochs: [
            { epoch: 1, trainLoss: 1, validationLoss: null },
            { epoch: 2, trainLoss: 1, validationLoss: null },
          ],
        },
      ],
    });
    expect(page).not.toContain("<script");
    expect(page).not.toContain('("1")');
    expect(page.replaceAll("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&#39;&amp;", "")).not.toContain("alert");
  });

  test("needs nothing from elsewhere", () => {
    const page = renderReport(reportOf(screenInput(plate)));
    expect(page).not.toMatch(/(src|href)=|@import|url\(/);
  });

  test("closes every tag that it opens", () => {
    expect(unclosed(renderReport(reportOf(screenInput(plate))))).toEqual([]);
  });

  test("names every chart for readers who do not see it", () => {
    const page = renderReport(reportOf(screenInput(plate)));
    const charts = page.match(/<svg[^>]*>/g)!;
    expect(charts).toHaveLength(4);
    for (const chart of charts) expect(chart).toMatch(/role="img" aria-label="[^"]{20,}"/);
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
    const page = renderReport({ ...reportOf(screenInput(wells)), training: [] });
    expect(unclosed(page)).toEqual([]);
    expect(page).not.toMatch(/NaN|Infinity|undefined|null|\[object/);
  });

  test("is the same from an input that was written as JSON and read back", () => {
    const input = reportOf(screenInput(plate));
    expect(renderReport(JSON.parse(JSON.stringify(input)) as ReportInput)).toBe(renderReport(input));
  });
});

function reportOf(input: ScreenInput): ReportInput {
  const { recommended, comparison } = screenBothScores(input);
  return {
    study: { name: "small", classes: { negative: "untreated", positive: "inhibited" }, channels: ["FKHR", "DNA"] },
    warnings: recommended.warnings,
    problems: [],
    evaluation: evaluateControls(input),
    comparison,
    wells: recommended.wells,
    compounds: recommended.compounds,
    quality: recommended.quality,
    training: [
      {
        name: "model",
        epochs: [1, 2, 3].map((epoch) => ({ epoch, trainLoss: 1 / epoch, validationLoss: 1.1 / epoch })),
      },
    ],
    provenance: [{ label: "program", value: "neuroscreen 0.1.0" }],
  };
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
    if (name === "meta" || rest!.endsWith("/")) continue;
    if (slash === "") open.push(name!);
    else if (open.pop() !== name) return [`</${name}> out of turn`];
  }
  return open;
}
