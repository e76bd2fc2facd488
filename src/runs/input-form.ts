/**
 * In what form a network sees images: on which grey scale, in pixels of what size.
 */
import { scaledSize } from "../images/resize.ts";
import type { ModelConfig } from "../records/model.ts";
import type { Recipe } from "../training/recipe.ts";
import type { StudyIndex } from "./index-study.ts";

/** In what form a network sees images. */
export interface InputForm extends Pick<ModelConfig, "normalizeBy" | "pixelBinning" | "pixelSizeMicrometres"> {}

/** Pixels that differ by more are another magnification. */
const pixelTolerance = 0.05;

/** In what form the networks of a recipe see the study's images. */
export function inputOf({ fields, normalize }: Recipe, { width, height, pixelSizeMicrometres }: StudyIndex): InputForm {
  const pixelBinning = width / scaledSize({ width, height }, fields.size).width;
  return { normalizeBy: normalize, pixelBinning, pixelSizeMicrometres };
}

/**
 * In what a branch has seen images otherwise than the network that begins with it, as ends of sentences: what it has learned to look for lies
 * elsewhere on another grey scale, and is of another size in other pixels.
 */
export function differencesOf(branch: InputForm, input: InputForm): string[] {
  const scale = { study: "on one grey scale for the study", plate: "each plate on its own grey scale" };
  const isMeasured = branch.pixelSizeMicrometres !== null && input.pixelSizeMicrometres !== null;
  const side = ({ pixelBinning, pixelSizeMicrometres }: InputForm) =>
    isMeasured ? pixelBinning * pixelSizeMicrometres! : pixelBinning;
  const pixels = (form: InputForm) => `${Number(side(form).toPrecision(3))} ${isMeasured ? "µm" : "camera pixels"}`;
  return [
    ...(branch.normalizeBy === input.normalizeBy
      ? []
      : [`was taught ${scale[branch.normalizeBy]}, and begins a network that sees ${scale[input.normalizeBy]}`]),
    ...(Math.abs(side(input) / side(branch) - 1) <= pixelTolerance
      ? []
      : [`was taught pixels of ${pixels(branch)}, and begins a network that sees pixels of ${pixels(input)}`]),
  ];
}
