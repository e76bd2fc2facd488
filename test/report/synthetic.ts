/** Screens that never were, with a known story, to draw reports from. */
import { openRandom } from "../../src/base/random.ts";
import type { Molar } from "../../src/plates/concentrations.ts";
import type { PlateMapWell } from "../../src/plates/platemap.ts";
import { type Part, wellKey } from "../../src/plates/split.ts";
import { formatWell } from "../../src/plates/wells.ts";
import { chooseExamples } from "../../src/report/examples.ts";
import type { ReportInput } from "../../src/report/input.ts";
import { evaluateControls } from "../../src/screening/evaluate.ts";
import { groupBy } from "../../src/screening/group.ts";
import { screenBothScores } from "../../src/screening/screen.ts";
import { predictions, type ScreenInput } from "../../src/screening/wells.ts";

/** A well of a made-up screen: the plate map's line, its part, and how positive its cells are from 0 to 1. */
export interface StoryWell {
  readonly well: Partial<PlateMapWell> & Pick<PlateMapWell, "plate" | "well" | "role">;
  readonly part?: Part;
  readonly harm: number;
}

/** Fields around a well's truth: log-odds −6 at no harm, 6 at full harm. */
export function story(wells: readonly StoryWell[], fieldsPerWell: number): ScreenInput {
  const random = openRandom(7, "story");
  return {
    wells: wells.map(({ well }) => ({
      ...{ batch: well.plate, compound: null, concentration: null, challenge: null, challengeConcentration: null },
      metadata: {},
      ...well,
    })),
    parts: new Map(wells.map(({ well, part }) => [wellKey(well), part ?? "unused"])),
    scores: wells.flatMap(({ well: { plate, well }, harm }) => {
      const own = 12 * harm - 6 + 0.7 * random.normal();
      return Array.from({ length: fieldsPerWell }, (_, i) => {
        const logit = own + 1.4 * random.normal();
        return {
          ...{
            plate,
            well,
            site: i + 1,
            logits: [0, logit] as const,
            projection: 0.5 + own / 12 + 0.05 * random.normal(),
          },
          features: [],
        };
      });
    }),
  };
}

/** What a report of it is made from. */
export function reportOf(input: ScreenInput, more: Partial<ReportInput> = {}): ReportInput {
  const { recommended, comparison } = screenBothScores(input);
  const fields = predictions(input);
  return {
    study: { name: "small", classes: { negative: "untreated", positive: "inhibited" }, channels: ["FKHR", "DNA"] },
    warnings: recommended.warnings,
    problems: [],
    position: null,
    opened: { models: 1 },
    normalization: "study",
    evaluation: evaluateControls(input),
    comparison,
    wells: recommended.wells,
    doses: recommended.doses,
    compounds: recommended.compounds,
    quality: recommended.quality,
    fields: [...groupBy(fields, wellKey).values()].map((own) => ({
      plate: own[0]!.plate,
      well: own[0]!.well,
      logits: own.map(({ logit }) => logit),
    })),
    examples: chooseExamples(fields, recommended.wells),
    training: [
      {
        name: "model",
        epochs: Array.from({ length: 12 }, (_, i) => ({
          epoch: i + 1,
          trainLoss: 0.7 / (1 + 0.6 * i),
          validationLoss: 0.75 / (1 + 0.5 * i),
          validationAccuracy: 1 - 0.4 / (1 + i),
        })),
      },
    ],
    provenance: [
      { label: "neuroscreen", value: "0.1.0" },
      { label: "Model (SHA-256 of model.onnx)", value: "5d".repeat(32) },
    ],
    commands: ["neuroscreen screen study.yaml --model runs/model --out runs/screen"],
    ...more,
  };
}

const micro = (value: number) => (value / 1e6) as Molar;

/** A 96-well plate with two compounds of nine doses in four rows each, controls in the outer columns: as BBBC013. */
export function translocationPlate(): StoryWell[] {
  const at = (row: number, column: number) => ({ plate: "BBBC013", well: formatWell({ row, column }) });
  const parts: Part[] = ["test", "test", "train", "train", "test", "validate", "train", "train"];
  return Array.from({ length: 8 }, (_, row) => row).flatMap((row): StoryWell[] => [
    { well: { ...at(row, 0), role: "negative" }, part: parts[row]!, harm: 0 },
    { well: { ...at(row, 11), role: "positive" }, part: parts[row]!, harm: 1 },
    ...Array.from({ length: 9 }, (_, i): StoryWell => {
      const [compound, top, half] = row < 4 ? (["Wortmannin", 0.25, 0.01] as const) : (["LY294002", 80, 5] as const);
      const dose = top / 2 ** (8 - i);
      return {
        well: { ...at(row, i + 1), role: "sample", compound, concentration: micro(Number(dose.toPrecision(3))) },
        harm: 1 / (1 + (half / dose) ** 1.4),
      };
    }),
    {
      well: {
        ...at(row, 10),
        role: row < 4 ? "reference" : "empty",
        compound: row < 4 ? "Wortmannin" : null,
        concentration: row < 4 ? micro(0.15) : null,
      },
      harm: 0.9,
    },
  ]);
}

/** Plates of 48 inner wells: compound 0, 1, 3, 10 µM with and without 30 µM Aβ, six wells each; the first plate is held out. */
export function amyloidPlates(names: readonly string[]): StoryWell[] {
  return names.flatMap((name, p) =>
    [0, 1, 3, 10].flatMap((dose, d) =>
      [false, true].flatMap((isChallenged, c) =>
        Array.from({ length: 6 }, (_, i): StoryWell => {
          const rescue = (p % 3) * 0.25;
          const role = dose > 0 ? "sample" : isChallenged ? "positive" : "negative";
          return {
            well: {
              ...{ plate: name, well: formatWell({ row: i + 1, column: 2 + d + 4 * c }), role },
              ...(dose === 0 ? {} : { compound: name.replace(/^\d+ /, ""), concentration: micro(dose) }),
              ...(isChallenged ? { challenge: "Aβ", challengeConcentration: micro(30) } : {}),
            },
            ...(dose > 0 ? {} : { part: p % 12 === 0 ? "test" : p % 12 === 1 ? "validate" : "train" }),
            harm: isChallenged ? 1 - (rescue * dose) / (dose + 2) : 0.02 * d,
          };
        }),
      ),
    ),
  );
}

/** A 384-well plate: controls in four columns, 320 compounds at one dose. */
export function libraryPlate(): StoryWell[] {
  return Array.from({ length: 16 * 24 }, (_, i): StoryWell => {
    const [row, column] = [Math.floor(i / 24), i % 24];
    const place = { plate: "LIB-01", well: formatWell({ row, column }) };
    const part: Part = row % 4 === 0 ? "test" : row % 4 === 1 ? "validate" : "train";
    if (column < 2) return { well: { ...place, role: "negative" }, part, harm: 0.05 };
    if (column > 21) return { well: { ...place, role: "positive" }, part, harm: 0.95 };
    const harm = (i * 7919) % 31 === 0 ? 0.8 : 0.05 + ((i * 31) % 10) / 60;
    return { well: { ...place, role: "sample", compound: `CPD-${1000 + i}`, concentration: micro(10) }, harm };
  });
}
