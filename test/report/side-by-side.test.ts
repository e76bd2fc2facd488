import { describe, expect, test } from "vitest";
import { checkTruth } from "../../src/evaluation/truth.ts";
import type { CompoundTruth } from "../../src/records/truth.ts";
import { outcomeSentence, renderSideBySide, type ScreenBeside } from "../../src/report/side-by-side.ts";
import { evaluateControls } from "../../src/screening/evaluate.ts";
import { screenBothScores } from "../../src/screening/screen.ts";
import { screenInput, type TestWell } from "../screening/plate.ts";

const spread = [-0.6, -0.2, 0.2, 0.6];

/** Two unseen plates: `saver` on P1, `idler` on P2, at 10 µM with Aβ at these logits; controls at −5 and 5. */
function wellsOf([saver, idler]: readonly [number, number]): TestWell[] {
  const group = (plate: string, column: number, mean: number, well: Omit<TestWell, "well" | "logits">): TestWell[] =>
    spread.map((own, row) => ({ plate, well: `${"ABCD"[row]}0${column}`, logits: [mean + own], ...well }));
  return (["P1", "P2"] as const).flatMap((plate) => {
    const [compound, mean] = plate === "P1" ? ["saver", saver] : ["idler <b>", idler];
    const sample = { role: "sample", compound, micromolar: 10 } as const;
    return [
      ...group(plate, 1, -5, { role: "negative", part: "test" }),
      ...group(plate, 2, 5, { role: "positive", part: "test" }),
      ...group(plate, 3, mean, { ...sample, challenge: "Abeta" }),
      ...group(plate, 4, -5, sample),
    ];
  });
}

const known: CompoundTruth[] = [
  {
    ...{ compound: "saver", class: "protective", ec50Micromolar: 3, hillSlope: 1.5, maximalEffect: 0.95, axis: "both" },
    ...{ stain: null, dosesMicromolar: [10], plates: ["P1"] },
  },
  {
    ...{ compound: "idler <b>", class: "inert", ec50Micromolar: null, hillSlope: null, maximalEffect: null },
    ...{ axis: null, stain: null, dosesMicromolar: [10], plates: ["P2"] },
  },
];

function screenNamed(name: string, means: readonly [number, number], isKnown = true): ScreenBeside {
  const wells = wellsOf(means);
  const input = screenInput(wells);
  const { recommended } = screenBothScores(input);
  // True is what a network would say that finds `saver` at 0.1 and `idler` without any effect.
  const truth = {
    compounds: known,
    wells: wellsOf([-4, 5]).map(({ plate, well, logits }) => {
      const damage = (logits[0]! + 5) / 10;
      const both = { damageNeurites: damage, damageSynapses: damage };
      return { plate: plate!, well, ...both, expectedDamageNeurites: damage, expectedDamageSynapses: damage };
    }),
  };
  return {
    ...{ name, facts: [{ label: "Network", value: `${name} resnet10` }], warnings: [] },
    ...{ evaluation: evaluateControls(input), quality: recommended.quality },
    check: checkTruth(recommended, isKnown ? truth : null),
  };
}

const study = { name: "two <plates>", classes: { negative: "vehicle", positive: "Abeta" } };
const seeing = screenNamed("seeing", [-4, 5]);
const fooled = screenNamed("fooled", [5, -4]);

/** The page's words, without its markup. */
function words(page: string): string {
  const body = page.slice(page.indexOf("<body>")).replace(/<svg.*?<\/svg>/gs, "");
  return body
    .replace(/<[^>]*>/g, " ")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replace(/\s+/g, " ");
}

describe("the page of several screens", () => {
  const page = renderSideBySide({ study, hasTruth: true, screens: [seeing, fooled] });

  test("says of each verdict whether it is right or wrong, and what is true where it is wrong", () => {
    const text = words(page);
    expect(text).toContain("seeing: saver at 10 µM on P1 brings challenged cells back: right .");
    expect(text).toContain(
      "fooled: saver at 10 µM on P1 does not bring challenged cells back: wrong , in truth it brings challenged cells back.",
    );
    expect(text).toContain(
      "fooled: idler <b> at 10 µM on P2 brings challenged cells back: wrong , in truth it does not bring challenged cells back.",
    );
  });

  test("shows rescue with its interval beside the true damage, each network in its column", () => {
    const text = words(page);
    expect(text).toContain("In truth: protective, EC50 3 µM, takes away at most 95 % of the damage.");
    expect(text).toMatch(/10 µM with Abeta 30 µM rescue 0\.0\d 90 \(82 to 98\) 0 \(−8 to 8\)/);
  });

  test("names the wells that are most wrong, the worst first, with what was said and what is true", () => {
    const wrong = words(page).split("Where they are most wrong")[1]!;
    const [, rows] = /fooled well what.*?true damage (.*?) The rules/.exec(wrong)!;
    // Both compounds change places: 90 % too much or too little.
    expect(rows).toMatch(/^P[12] [A-D]03 (saver|idler <b>) 10 µM with Abeta 30 µM/);
    expect(rows!.match(/with Abeta/g)).toHaveLength(6);
  });

  test("draws a dot a well in a panel a network, and stands alone", () => {
    expect(page.match(/<path class="control"[^>]*><title>/g)).toHaveLength(2 * 32);
    expect(page).not.toMatch(/<script|<link|src=|url\(/);
    expect(page).toContain("two &lt;plates&gt;");
    expect(page).not.toContain("idler <b>");
    expect(renderSideBySide({ study, hasTruth: true, screens: [seeing, fooled] })).toBe(page);
  });

  test("without a truth shows what the networks say, and no verdict on it", () => {
    const screens = [screenNamed("one", [-4, 5], false), screenNamed("other", [5, 5], false)];
    const text = words(renderSideBySide({ study, hasTruth: false, screens }));
    expect(text).toContain("one: saver at 10 µM on P1 brings challenged cells back.");
    expect(text).not.toMatch(/right \.|wrong|true damage|In truth/);
  });

  test("warns of plates that are not untouched", () => {
    const touched = { ...seeing, check: { ...seeing.check, areUntouched: false } };
    const text = words(renderSideBySide({ study, hasTruth: true, screens: [touched, fooled] }));
    expect(text).toContain("Of seeing no plate is untouched");
  });
});

describe("outcomeSentence", () => {
  test("counts unseen wells and verdicts, and says how score and damage go together", () => {
    expect(outcomeSentence(seeing)).toMatch(
      /^16 of 16 unseen control wells right \(95 % interval 80\.6 % to 100 %\); 4 of 4 verdicts right; percent effect and true damage go together with Spearman’s ρ \d\.\d\d \(32 wells\)\.$/,
    );
    expect(outcomeSentence(fooled)).toContain("; 2 of 4 verdicts right;");
  });
});
