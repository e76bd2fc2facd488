/** Explanations that never were, with a known story, to draw pages from. */
import type {
  ExplainChecks,
  ExplainedField,
  ExplainMap,
  ExplainMethod,
  ExplanationRecord,
  Interval,
  RoleStains,
} from "../../src/records/explain.ts";

/** A mean with an interval of so much to either side, over five wells. */
export function around(mean: number, half: number | null): Interval {
  return { mean, low: half === null ? null : mean - half, high: half === null ? null : mean + half, n: 5 };
}

const channels = ["FKHR-GFP", "DNA"];

function map(folder: string, method: ExplainMethod, more: Partial<ExplainMap> = {}): ExplainMap {
  const name = [method, more.stage, more.stain, more.class]
    .filter((part) => part !== undefined && part !== null)
    .join("-");
  return {
    ...{ method, stain: null, class: null, stage: null, npy: `${folder}/${name}.npy`, height: 320, width: 320 },
    ...{ least: 0, largest: 0.82, drawnTo: 0.71, overlay: `${folder}/${name}.png`, thumbnail: `${folder}/${name}.jpg` },
    ...more,
  };
}

/** The maps of a network that keeps its stains apart; its second stain moves no feature of the last stage. */
function mapsOf(folder: string): ExplainMap[] {
  const stages = [
    { stage: "layer3", height: 20, width: 20 },
    { stage: "layer4", height: 10, width: 10 },
  ];
  return [
    ...stages.flatMap((stage) =>
      ([0, 1] as const).flatMap((ofClass) =>
        channels.map((stain, i) =>
          map(folder, "gradcam", {
            ...{ ...stage, stain, class: ofClass },
            ...(i === 1 && stage.stage === "layer4" ? { largest: 0 } : {}),
          }),
        ),
      ),
    ),
    ...channels.map((stain) =>
      map(folder, "gradient", { stain, class: 1, least: -0.00041, largest: 0.0005, drawnTo: 0.00023 }),
    ),
    map(folder, "windows", { height: 7, width: 7, least: -3.2, largest: 5.1, drawnTo: 5.1 }),
    map(folder, "coloured", { largest: 0.004, drawnTo: 0.002 }),
  ];
}

/** A control field of plate `P<1>`. */
export function field(
  well: string,
  role: "negative" | "positive",
  choice: ExplainedField["choice"],
  logit: number,
  more: Partial<ExplainedField> = {},
): ExplainedField {
  const folder = `fields/P1-${well}-1`;
  const effects = { logit, logitOfNone: -2.5, alone: [logit + 1, 0.4], shapley: [logit + 2, 0.5] };
  return {
    ...{ plate: "P<1>", well, site: 1, role, part: "test", compound: null, concentrationMicromolar: null },
    ...{ challenge: null, challengeConcentrationMicromolar: null, choice, model: 0, logit },
    verdict: Math.abs(logit) < 0.5 ? "unsure" : logit > 0 ? "positive" : "negative",
    ...{ folder, picture: `${folder}/stains.jpg`, maps: mapsOf(folder), windowsAgreement: null },
    stains: [
      { replacedBy: "mean", vehicle: null, ...effects },
      { replacedBy: "vehicle", vehicle: { plate: "P<1>", well: "A01", site: 1 }, ...effects },
    ],
    ...more,
  };
}

function roleStains(role: RoleStains["role"], sign: number): RoleStains[] {
  const shapley = [around(sign * 3.1, 0.8), around(sign * 0.4, 0.5)];
  const alone = [around(sign * 2.7, 0.7), around(sign * 0.2, null)];
  return (["mean", "vehicle"] as const).map((replacedBy) => ({ role, replacedBy, alone, shapley }));
}

/** Checks in which Grad-CAM holds, the gradient fails and windows are left open. */
export const checks: ExplainChecks = {
  fields: "positive controls that the network has not seen.",
  ...{ nFields: 60, nWells: 30 },
  enrichment: (["trained", "random", "permuted"] as const).flatMap((network, k) =>
    ["changed", "somata"].flatMap((inside) =>
      channels.map((stain) => ({
        ...{ network, method: "gradcam" as const, stage: "layer4", stain, inside, nFields: 58, nWells: 30, nZero: 2 },
        enrichment: stain === "DNA" && network === "permuted" ? null : around(2.1 - 0.5 * k, 0.2),
        gain: network === "trained" || (stain === "DNA" && network === "permuted") ? null : around(0.5 * k, 0.3),
      })),
    ),
  ),
  deletion: [
    {
      ...{ method: "gradcam", stage: "layer4", top: around(4.2, 0.6), rolled: around(1.1, 0.3) },
      ...{ scattered: around(0.4, 0.2), difference: around(3.1, 0.5), nFields: 60, nWells: 30 },
    },
  ],
  randomisation: [
    {
      ...{ method: "gradcam", stage: "layer4" },
      layers: [
        { layer: "fc", correlation: around(0.61, 0.05) },
        { layer: "layer4", correlation: around(0.08, 0.06) },
      ],
    },
    { method: "gradient", stage: null, layers: [{ layer: "fc", correlation: around(0.97, 0.01) }] },
  ],
  verdicts: [
    { method: "gradcam", stage: "layer4", holds: true, sentence: "It lies where the truth was changed." },
    { method: "gradient", stage: null, holds: false, sentence: "It does not lie where the truth was changed." },
    { method: "windows", stage: null, holds: null, sentence: "Not told by the checks that were run." },
  ],
};

/** An explanation of five fields of a network that keeps two stains apart. */
export function explanation(more: Partial<ExplanationRecord> = {}): ExplanationRecord {
  const fields = [
    field("B01", "negative", "best", -5.2),
    field("B12", "positive", "best", 6.4),
    field("D12", "positive", "wrong", -1.7),
    field("D01", "negative", "unsure", 0.2),
    field("C05", "negative", "named", 3.3, {
      ...{ role: "sample", part: "unused", compound: "Wortmannin & co", concentrationMicromolar: 0.5 },
    }),
  ];
  return {
    study: { name: "small", classes: { negative: "untreated", positive: "inhibited" }, channels },
    models: [
      {
        ...{ name: "model", hash: "5d".repeat(32), network: "separate resnet10", sharesMaps: false },
        ...{ window: { size: 96, step: 32 }, unsure: { low: -0.5, high: 0.5 } },
      },
    ],
    methods: ["gradcam", "gradient", "windows", "coloured"],
    class: 1,
    notes: ["Only 5 fields of <12>."],
    fields,
    montage: [...fields]
      .sort((a, b) => a.logit - b.logit)
      .map(({ plate, well, site, role, logit, picture }) => ({ plate, well, site, role, logit, picture })),
    wells: fields.slice(0, 2).map(({ plate, well, role, logit }) => ({
      ...{ plate, well, role, replacedBy: "vehicle", logit: around(logit, null) },
      ...{ alone: [around(2, null), around(1, null)], shapley: [around(2, 0.3), around(1, null)] },
    })),
    roles: [...roleStains("negative", -1), ...roleStains("positive", 1)],
    checks: null,
    provenance: [{ label: "neuroscreen", value: "0.0.0" }],
    commands: ["neuroscreen explain study.yaml --model model --out DIR"],
    ...more,
  };
}

/** The same of a network that stacks four stains, with guided maps. */
export function stackedExplanation(): ExplanationRecord {
  const four = ["MAP2", "Synaptophysin", "PSD-95", "Hoechst"];
  const folder = "fields/P1-B12-1";
  const base = explanation();
  const effects = { logit: 6.4, logitOfNone: -2.5, alone: [3, 0.1, 1, -0.2], shapley: [5, 0.4, 3.6, -0.1] };
  return {
    ...base,
    study: { ...base.study, channels: four },
    models: base.models.map((model) => ({ ...model, network: "stacked resnet10", sharesMaps: true, unsure: null })),
    methods: ["gradcam", "guided", "windows", "windows-exact", "coloured"],
    fields: [
      field("B12", "positive", "best", 6.4, {
        windowsAgreement: 0.93,
        maps: [
          map(folder, "gradcam", { stage: "layer4", class: 1, height: 10, width: 10 }),
          ...four.map((stain) => map(folder, "guided", { stain, class: 1, least: -1, drawnTo: 0.8 })),
          map(folder, "windows", { height: 7, width: 7, least: -3.2, largest: 5.1, drawnTo: 5.1 }),
          map(folder, "windows-exact", { height: 7, width: 7, least: -3.2, largest: 5.1, drawnTo: 5.1 }),
          map(folder, "coloured"),
        ],
        stains: [{ replacedBy: "mean", vehicle: null, ...effects }],
      }),
    ],
    roles: [],
    wells: [],
  };
}

/** Every picture that a record names, once. */
export function picturesOf({ fields, montage }: Pick<ExplanationRecord, "fields" | "montage">): string[] {
  const own = fields.flatMap(({ picture, maps }) => [picture, ...maps.map(({ thumbnail }) => thumbnail)]);
  return [...new Set([...own, ...montage.map(({ picture }) => picture)])];
}
