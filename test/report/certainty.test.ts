import { describe, expect, test } from "vitest";
import type { Calibration } from "../../src/records/calibration.ts";
import { certainty } from "../../src/report/certainty.ts";
import { renderReport } from "../../src/report/report.ts";
import { amyloidPlates, reportOf, story } from "./synthetic.ts";

const calibration: Calibration = {
  ...{ nNegative: 12, nPositive: 12, temperature: 2.5, unsureNote: null },
  unsure: { low: -1.5, high: 2, youden: 1, standardError: 0.04 },
};
const input = { ...story(amyloidPlates(["0 A", "1 B"]), 6), judgeOf: () => ({ network: "", calibration }) };
const page = reportOf(input, { calibration, strangers: [{ nControls: 24, nUntouched: 12, judges: "all" }] });

describe("How sure the network may be", () => {
  test("stands in the report with a reliability diagram, the band among the controls, and the figures before and after", () => {
    const html = renderReport(page, new Map());
    expect(html).toContain('<a href="#sure">How sure it may be</a>');
    expect(html).toContain("Reliability of the probability of inhibited: ");
    expect(html).toContain("<title>unsure: −1.50 to 2.00</title>");
    expect(html).toContain("In the grey band the network cannot tell.");
    const { before, after } = page.evaluation.test!.wells.calibration!;
    expect(html).toContain(
      `<td>${before.negativeLogLikelihood.toFixed(3)}</td><td>${after.negativeLogLikelihood.toFixed(3)}</td>`,
    );
    expect(html).not.toMatch(/NaN|undefined|Infinity/);
  });

  test("is said in words", () => {
    const { markup } = certainty(page)!;
    expect(markup).toContain(
      "By its 12 + 12 validation wells it was surer than it may be: the log-odds of a well are divided by a temperature of 2.50 before they become a probability.",
    );
    expect(markup).toMatch(
      /Between log-odds of −1\.50 and 2\.00 it cannot tell: .* Of 12 test wells, 0 lie there; of the others 12 of 12 are told right\./,
    );
    expect(markup).toContain("The network learned from some of these controls");
  });

  test("says why there is no band, and that strangers could not be looked for", () => {
    const none = {
      ...calibration,
      unsure: null,
      unsureNote: "3 negative and 4 positive validation wells; at least 10 of each are needed",
    };
    const { markup } = certainty({
      ...page,
      calibration: none,
      strangers: [{ nControls: 8, nUntouched: 2, judges: null }],
    })!;
    expect(markup).toContain(
      "There is no unsure band: 3 negative and 4 positive validation wells; at least 10 of each are needed.",
    );
    expect(markup).toContain("that takes 20 control wells on plates with a scale, and there are 8.");
    const ofFour = [12, 12, 11, 12].map((nControls) => ({ nControls, nUntouched: nControls, judges: null }));
    expect(certainty({ ...page, strangers: ofFour })!.markup).toContain(
      "on plates with a scale, for each network its own, and none of the 4 has more than 12.",
    );
    expect(certainty({ ...page, calibration: null })!.markup).toContain("Each network has a temperature of its own");
    expect(markup).not.toContain("of its own");
  });

  test("has no section in a report that an earlier version wrote", () => {
    const plain = reportOf(story(amyloidPlates(["0 A"]), 4));
    expect(certainty(plain)).toBeNull();
    expect(renderReport(plain, new Map())).not.toContain("How sure");
  });

  test("counts wells that are like neither control, and marks them in the table of wells", () => {
    const wells = page.wells.map((well, i) =>
      well.role === "sample" && i % 9 === 0
        ? { ...well, unlikeness: 3.2, percentEffect: null, note: "unlike-controls" as const }
        : { ...well, unlikeness: 0.4 },
    );
    const withheld = wells.filter(({ note }) => note === "unlike-controls").length;
    const html = renderReport({ ...page, wells }, new Map());
    expect(html).toContain(`Of 72 sample wells, ${withheld} lie farther from the line between both controls than 99 %`);
    expect(html).toContain("<td>3.20</td><td>–</td><td>like neither control</td>");
    expect(html).toContain("no percent effect (like neither control)");
  });
});
