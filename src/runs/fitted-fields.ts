/**
 * The fields of a study as one model sees them: its stains in its order, averaged to its pixels, on its grey scale.
 */
import { NeuroscreenError } from "../base/errors.ts";
import { formatShape } from "../images/alike.ts";
import type { Field } from "../images/fields.ts";
import type { WholeField } from "../store/decode-worker.ts";
import { openFieldLoader } from "../store/field-loader.ts";
import type { Accepted, RunEvent } from "./events.ts";
import type { OpenStudy } from "./index-study.ts";
import { measurePlates, onScale, type PlateScales } from "./plate-scales.ts";
import { fitStudy, type Model } from "./screen-models.ts";

/** Fields for one model. To be closed. */
export interface FittedFields {
  /**
   * A field of the study, raw grey values on the scale of the model's training.
   *
   * @throws {NeuroscreenError} `image-odd` if its images are unlike the study's; `bad-image` and `unreadable-image` as reading does
   */
  whole(field: Field): Promise<WholeField>;
  /** The grey scale of each plate, where the model wants them; else null. */
  readonly scales: PlateScales | null;
  close(): Promise<void>;
}

/**
 * Opens a study's fields for a model; measures the plates where each goes by its own grey scale.
 *
 * @throws {NeuroscreenError} `other-study`; the signal's reason if it was aborted
 */
export async function* openFittedFields(
  model: Model,
  study: OpenStudy,
  { accept, workers }: { readonly accept: readonly Accepted[]; readonly workers: number },
  signal?: AbortSignal,
): AsyncGenerator<RunEvent, FittedFields> {
  const { index, named, known } = study;
  const { config } = model;
  const { stainsOf, size, gain } = fitStudy(model, index, accept);
  const loader = openFieldLoader({ folder: index.study.folder, size, workers });
  let isOpen = false;
  try {
    const scales =
      config.normalizeBy === "plate" ? yield* measurePlates(index, named.map(stainsOf), loader, known, signal) : null;
    const scaled = scales === null ? loader : onScale(loader, scales, config.normalization);
    isOpen = true;
    return {
      async whole(field) {
        const whole = await scaled.whole(stainsOf(field));
        known.remember(whole.files);
        refuseUnlike(whole, index);
        // A plate on its own scale is on the model's by now, whatever its depth.
        return scales === null ? brightened(whole, gain) : whole;
      },
      scales,
      close: () => loader.close(),
    };
  } finally {
    if (!isOpen) await loader.close();
  }
}

/** The index may have seen only a sample of the files; this is where each is held against the others. */
function refuseUnlike({ files }: WholeField, index: OpenStudy["index"]): void {
  for (const file of files) {
    if (formatShape(file) === formatShape(index)) continue;
    throw new NeuroscreenError({
      code: "image-odd",
      file: file.path,
      what: `Reading the image ${file.path}`,
      found: formatShape(file),
      expected: `${formatShape(index)}, as most images are`,
      remedy: "Export it again as the others were.",
    });
  }
}

function brightened(whole: WholeField, gain: number): WholeField {
  if (gain === 1) return whole;
  return { ...whole, image: whole.image.map((value) => value * gain) };
}
