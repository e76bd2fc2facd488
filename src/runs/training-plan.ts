/** What a training is about to do, in a line for whoever started it. */
import { elementCount } from "../engine/graph/graph.ts";
import { weightSpecs } from "../engine/nn/networks.ts";
import { wellKey } from "../plates/split.ts";
import type { ModelConfig } from "../records/model.ts";
import { type LabelledField, stepsPerEpoch } from "../training/plan.ts";
import type { Recipe } from "../training/recipe.ts";
import type { Controls } from "./control-fields.ts";

/** The network, the epochs that are left of it, and how many control wells there are for each part. */
export function planText(
  { network, stains }: ModelConfig,
  { batch, fields, epochs }: Recipe,
  controls: Controls,
  epochsDone: number,
): string {
  const parameters = weightSpecs(network).reduce(
    (sum, { kind, shape }) => sum + (kind === "parameter" ? elementCount(shape) : 0),
    0,
  );
  const wells = (of: readonly LabelledField[]) => new Set(of.map(({ field }) => wellKey(field))).size;
  const steps = stepsPerEpoch(controls.train.length, { batch, cropsPerField: fields.cropsPerField });
  const { fusion, backbone, width } = network;
  return (
    `${fusion} ${backbone}${width === 1 ? "" : ` × ${width}`} of ${stains.join(", ")} ` +
    `(${(parameters / 1e6).toFixed(2)} million parameters), ` +
    `${plural(epochs - epochsDone, "epoch")} of ${plural(steps, "step")} of ${plural(batch, "crop")}; ` +
    `control wells: ${wells(controls.train)} to train on, ${wells(controls.validate)} to validate, ${wells(controls.test)} held out`
  );
}

function plural(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? "" : "s"}`;
}
