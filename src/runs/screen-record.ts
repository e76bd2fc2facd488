/**
 * What is written of a screen beside its tables: how it was made, and what its report says.
 */
import { basename } from "node:path";
import { version } from "../base/version.ts";
import { onnxruntimeVersion } from "../engine/runtime/node.ts";
import { checkPosition } from "../evaluation/position.ts";
import { fieldKey, type Problem } from "../images/fields.ts";
import { wellKey } from "../plates/split.ts";
import { chooseExamples } from "../report/examples.ts";
import type { ReportInput } from "../report/input.ts";
import { groupBy } from "../screening/group.ts";
import type { Screen } from "../screening/screen.ts";
import { predictions, type ScreenInput } from "../screening/wells.ts";
import type { ScreenOptions } from "./events.ts";
import type { OpenStudy } from "./index-study.ts";
import { evaluateFolds, judgeWords, scoredBy, shuffledWarnings } from "./judged.ts";
import { type Judges, partsOf } from "./judges.ts";
import { scaleWarnings } from "./own-scales.ts";
import type { StudyScores } from "./score-study.ts";
import { fieldsAtOnce } from "./screen-models.ts";
import { isHint } from "./strict.ts";

/** What the report is made from, and `report.json`. */
export function reportInput(
  study: OpenStudy,
  judges: Judges,
  { study: path, accept = [], batch }: ScreenOptions,
  {
    input,
    scored: { unpooled, ownScales },
    result,
    problems,
    opened,
    crossvalidation,
  }: {
    input: ScreenInput;
    scored: StudyScores;
    result: Screen;
    problems: readonly Problem[];
    opened: ReportInput["opened"];
    crossvalidation: ReportInput["crossvalidation"];
  },
): ReportInput {
  const { index, namedWells } = study;
  const { models } = judges;
  const { recommended, comparison } = result;
  const networks = models.map(
    ({ config: { network } }) =>
      `${network.fusion} ${network.backbone}${network.width === 1 ? "" : ` × ${network.width}`}`,
  );
  const fields = predictions(input);
  const imaged = new Set(input.scores.map(({ plate }) => plate));
  return {
    study: {
      name: index.study.name,
      classes: index.study.classes,
      channels: index.study.channels.map(({ name }) => name),
    },
    warnings: [
      ...shuffledWarnings(models),
      ...scaleWarnings(ownScales ?? []),
      ...recommended.warnings,
      ...problems
        .filter((problem) => isHint(problem) && problem.code !== "fields-absent")
        .map(({ subject, message }) => `${subject}: ${message}.`),
    ],
    problems: problems
      .filter((problem) => !isHint(problem) || problem.code === "fields-absent")
      .map(({ subject, message }) => ({ subject, message: message.replace(/^left out: /, "") })),
    position: checkPosition(namedWells, input.parts) ?? index.position,
    opened,
    normalization: models.some(({ config }) => config.normalizeBy === "plate") ? "plate" : "study",
    evaluation: evaluateFolds({ ...input, scores: unpooled }, judges),
    ...(crossvalidation && { crossvalidation }),
    // Several networks have each a temperature of their own; the page speaks of one.
    calibration: models.length === 1 ? (models[0]!.config.calibration ?? null) : null,
    strangers: recommended.strangers,
    comparison,
    // A plate without any image is told above, and there is nothing to draw of it.
    wells: recommended.wells.filter(({ plate }) => imaged.has(plate)),
    doses: recommended.doses.filter(({ plate }) => imaged.has(plate)),
    compounds: recommended.compounds,
    quality: recommended.quality.filter(({ plate }) => imaged.has(plate)),
    fields: [...groupBy(fields, wellKey).values()].map((own) => ({
      plate: own[0]!.plate,
      well: own[0]!.well,
      logits: own.map(({ logit }) => logit),
    })),
    examples: chooseExamples(fields, recommended.wells),
    training: models.map(({ epochs }, i) => ({ name: models.length === 1 ? "training" : `model ${i + 1}`, epochs })),
    provenance: [
      { label: "neuroscreen", value: version },
      { label: "ONNX Runtime", value: onnxruntimeVersion },
      { label: "Network", value: networks.join("; ") },
      { label: "Model (SHA-256 of model.onnx)", value: models.map(({ hash }) => hash).join(", ") },
      ...(judges.folds === null ? [] : [{ label: "Plates scored by", value: judgeWords(judges, study) }]),
      { label: "Seed", value: models.map(({ config }) => String(config.recipe.seed)).join(", ") },
      { label: "Data (SHA-256)", value: scoredHash(study, problems) ?? "not every file could be read" },
      { label: "Plate map (SHA-256)", value: index.mapHash },
      { label: "Fields scored", value: String(input.scores.length) },
    ],
    // Without folders: the same screen says the same wherever it was made; `run.json` has the paths.
    commands: [
      [
        `neuroscreen screen ${basename(path)}`,
        ...models.map(({ path: model }) => `--model ${basename(model)}`),
        ...accept.map((what) => `--accept ${what}`),
        ...(batch === undefined ? [] : [`--batch ${batch}`]),
        "--out DIR",
      ].join(" "),
    ],
  };
}

/** All that decides the tables; times and paths are in `run.json`. */
export function screenConfig(
  study: OpenStudy,
  judges: Judges,
  { accept = [], batch = fieldsAtOnce(judges.models) }: ScreenOptions,
  { result: { comparison }, scored }: { result: Screen; scored: StudyScores },
) {
  return {
    neuroscreen: version,
    onnxruntime: onnxruntimeVersion,
    study: {
      name: study.index.study.name,
      dataHash: scoredHash(study, scored.problems),
      mapHash: study.index.mapHash,
    },
    models: judges.models.map(({ hash, config }, i) => ({
      hash,
      network: config.network,
      seed: config.recipe.seed,
      dataHash: config.study.dataHash,
      normalizeBy: config.normalizeBy,
      plateScales: scored.plateScales[i] ?? null,
      ...(scored.ownScales && { ownScale: scored.ownScales[i] }),
    })),
    ...(judges.folds && { scoredBy: scoredBy(judges, study) }),
    accept,
    batch,
    score: comparison.recommended,
    split: Object.fromEntries(partsOf(judges, study)),
  };
}

/** The hash of what was scored: of the fields that are left. */
function scoredHash({ index, hashOf }: OpenStudy, problems: readonly Problem[]): string | null {
  const lost = new Set(problems.map(({ subject }) => subject));
  return hashOf(index.fields.filter((field) => !lost.has(fieldKey(field))));
}
