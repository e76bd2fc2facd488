import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Column } from "../../src/records/table.ts";
import type { CompoundTruth } from "../../src/records/truth.ts";
import { compoundTruthColumns } from "../../src/records/truth.ts";
import { report, sideBySide } from "../../src/runs/report.ts";
import { writeTable } from "../../src/store/tables.ts";
import { readTruth } from "../../src/store/truth.ts";
import { reportOf } from "../report/synthetic.ts";
import { screenInput, type TestWell } from "../screening/plate.ts";
import { temporaryFolder } from "./tiny-study.ts";

const folder = temporaryFolder();

const rows = ["A", "B", "C", "D"];
/** Controls and a compound that brings half of the way back, with Aβ; logits −5 to 5. */
function wellsOf(compoundAt: number): TestWell[] {
  const group = (column: number, mean: number, well: Omit<TestWell, "well" | "logits">): TestWell[] =>
    rows.map((row, i) => ({ well: `${row}0${column}`, logits: [mean + 0.3 * i], ...well }));
  return [
    ...group(1, -5, { role: "negative", part: "test" }),
    ...group(2, 5, { role: "positive", part: "test" }),
    ...group(3, compoundAt, { role: "sample", compound: "c", micromolar: 10, challenge: "Abeta" }),
  ];
}

function writeScreen(name: string, wells: readonly TestWell[]): string {
  const out = join(folder, name);
  mkdirSync(out, { recursive: true });
  const provenance = [
    { label: "Network", value: "separate resnet10" },
    { label: "Model (SHA-256 of model.onnx)", value: "5d".repeat(32) },
  ];
  const page = { ...reportOf(screenInput(wells), { provenance }), examples: [] };
  writeFileSync(join(out, "report.json"), JSON.stringify(page));
  return out;
}

async function writeTruth(name: string, wells: readonly TestWell[]): Promise<string> {
  const out = join(folder, name);
  mkdirSync(out, { recursive: true });
  const compound: CompoundTruth = {
    ...{ compound: "c", class: "protective", ec50Micromolar: 1, hillSlope: 1.5, maximalEffect: 0.9, axis: "both" },
    ...{ stain: null, dosesMicromolar: [1, 10], plates: ["P1"] },
  };
  await writeTable(out, "compounds", compoundTruthColumns([compound]), ["parquet"]);
  const damage = wells.map(({ logits }) => (logits[0]! + 5) / 10);
  // Neurites a fifth below the mean of both, synapses a fifth above.
  const double = (name: string): Column => ({
    name,
    type: "double",
    values: damage.map((value) => value * (name.includes("Neurites") ? 0.8 : name.includes("Synapses") ? 1.2 : 0)),
  });
  const columns: Column[] = [
    { name: "Metadata_Plate", type: "string", values: wells.map(() => "P1") },
    { name: "Metadata_Well", type: "string", values: wells.map(({ well }) => well) },
    ...["Damage_Neurites", "Damage_Synapses", "Expected_Damage_Neurites", "Expected_Damage_Synapses", "Toxicity"].map(
      double,
    ),
  ];
  await writeTable(out, "wells", columns, ["parquet"]);
  return out;
}

const seeing = writeScreen("one/screen", wellsOf(0));
const blind = writeScreen("two/screen", wellsOf(5));
const errorOf = (act: Promise<unknown>) => act.then(() => "none", String);

describe("report", () => {
  test("writes the page of a screen from its folder alone", async () => {
    const { path } = await report(seeing);
    expect(path).toBe(join(seeing, "report.html"));
    expect(readFileSync(path, "utf8")).toContain("The verdict");
  });
});

describe("readTruth", () => {
  test("reads back what was written", async () => {
    const { compounds, wells } = await readTruth(await writeTruth("read", wellsOf(0)));
    expect(compounds).toMatchObject([{ compound: "c", class: "protective", dosesMicromolar: [1, 10], plates: ["P1"] }]);
    const last = wells.at(-1)!;
    expect(last).toMatchObject({ plate: "P1", well: "D03", toxicity: 0 });
    for (const [name, value] of Object.entries({ damageNeurites: 0.472, expectedDamageNeurites: 0.472 }))
      expect(last[name as "damageNeurites"]).toBeCloseTo(value, 12);
    expect(last.damageSynapses).toBeCloseTo(0.708, 12);
    expect(last.expectedDamageSynapses).toBeCloseTo(0.708, 12);
  });
});

describe("sideBySide", () => {
  test("holds each screen against the truth, and names folders that are called alike by their parents", async () => {
    const truth = await writeTruth("truth", wellsOf(0));
    const { path, screens } = await sideBySide({ screens: [seeing, blind], truth, out: join(folder, "page.html") });
    expect(screens).toMatchObject([
      { name: "one/screen", wells: { correct: 8, n: 8 }, verdicts: { correct: 1, n: 1 } },
      { name: "two/screen", wells: { correct: 8, n: 8 }, verdicts: { correct: 0, n: 1 } },
    ]);
    expect(screens[0]!.spearman).toBeCloseTo(1, 12);
    expect(screens[1]!.spearman).toBeLessThan(0.9);
    const page = readFileSync(path, "utf8");
    expect(page).toContain("protective, EC50 1 µM");
    expect(page).toContain("5d5d5d5d5d5d…");
    expect(page).not.toContain("5d".repeat(7));
  });

  test("without a truth writes beside the first screen, and judges nothing", async () => {
    const { path, screens } = await sideBySide({ screens: [seeing, blind] });
    expect(path).toBe(join(folder, "one/side-by-side.html"));
    expect(screens[0]).toMatchObject({ verdicts: null, spearman: null, effectAtHalf: null });
  });

  test("refuses what cannot be compared, each with its own words", async () => {
    expect(await errorOf(sideBySide({ screens: [seeing, join(folder, "nowhere")] }))).toContain(
      "nowhere: expected a folder that this version's `neuroscreen screen` wrote, found no report.json that can be read.",
    );
    expect(await errorOf(sideBySide({ screens: [seeing, seeing] }))).toContain(
      `Setting screens side by side: expected different screen folders, found ${seeing} twice.\nName each folder once.`,
    );
    const other = writeScreen("other", wellsOf(0).slice(1));
    expect(await errorOf(sideBySide({ screens: [seeing, other] }))).toContain(
      `expected the same wells in each, found 12 wells of small in ${seeing} and 11 wells of small in ${other}.\nScreen the same study with each network, and compare those folders.`,
    );
    expect(await errorOf(sideBySide({ screens: [seeing], truth: join(folder, "one") }))).toContain(
      "expected the folder `truth` of a screen that `neuroscreen simulate` drew, found no compounds.parquet that can be read.",
    );
    const truth = await writeTruth("short", wellsOf(0).slice(1));
    expect(await errorOf(sideBySide({ screens: [seeing], truth }))).toContain(
      "expected the truth of the plates that were screened, found 1 wells that it does not have, such as P1/A01.",
    );
  });
});
