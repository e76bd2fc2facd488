/**
 * What a model folder holds beside its weights: the configuration, the progress of its training.
 */
import { z } from "zod";
import { calibrationSchema } from "./calibration.ts";

const numbers = z.array(z.number()).readonly();

/**
 * `config.json`: all that is needed to use the model and to make it again. Times, paths and the host are in `run.json`.
 * `projection` comes last, with the finished weights; without it the model is unfinished.
 */
export const modelConfigSchema = z.object({
  neuroscreen: z.string(),
  onnxruntime: z.string(),
  /** `dataHash` is over the images of the control wells, `mapHash` is the plate map's SHA-256. */
  study: z.object({ name: z.string(), dataHash: z.string(), mapHash: z.string() }),
  /** Names of the stains, in the order of the network's channels. */
  stains: z.array(z.string()),
  /** The users' words for class 0 and class 1. */
  classes: z.object({ negative: z.string(), positive: z.string() }),
  bitDepth: z.union([z.literal(8), z.literal(16)]),
  /** How many pixels of the files, along an edge, make one pixel that the network sees. */
  pixelBinning: z.number(),
  pixelSizeMicrometres: z.number().nullable(),
  /** What the whole fields measured after averaging, in pixels. */
  fieldSize: z.object({ width: z.number(), height: z.number() }),
  network: z.object({
    fusion: z.enum(["single", "stacked", "separate", "sum", "rgb"]),
    backbone: z.enum(["resnet10", "resnet18", "resnet34", "resnet50", "vgg19"]),
    width: z.number(),
    stains: z.number(),
    classes: z.number(),
    /** Of `rgb`, where the recipe chose it: what each stain beyond the third adds to the three. */
    spread: z.tuple([z.number(), z.number(), z.number()]).readonly().optional(),
  }),
  /** The network sees (grey − offset) / scale. */
  normalization: z.object({ offset: numbers, scale: numbers }),
  /** `plate`: each plate was put on that scale from its own before the network saw it. */
  normalizeBy: z.enum(["study", "plate"]),
  /** Every choice of the training, as `train.yaml` names them. */
  recipe: z.record(z.string(), z.unknown()),
  /** The files whose weights the training began with; left out where all were fresh. */
  origin: z
    .array(z.object({ kind: z.enum(["pretrained", "branch"]), stain: z.string().nullable(), sha256: z.string() }))
    .readonly()
    .optional(),
  /** What each control well was used for, by `plate/A01`. */
  split: z.record(z.string(), z.enum(["train", "validate", "test", "unused"])),
  /** Classes that the control wells were taught as instead of their own, by `plate/A01`, where labels were permuted. */
  labels: z.record(z.string(), z.union([z.literal(0), z.literal(1)])).optional(),
  /** What says that a control well is the same one again, by `plate/A01`: SHA-256 over the sorted SHA-256 of its files. */
  wellHashes: z.record(z.string(), z.string()),
  /** Means of the training controls' features, for the score `projection`. */
  projection: z.object({ negative: numbers, positive: numbers }).optional(),
  /** How sure the finished network may be, from its validation wells; models of earlier versions have none. */
  calibration: calibrationSchema.optional(),
});

/** `config.json` of a model folder: all that is needed to use the model and to make it again. */
export type ModelConfig = z.output<typeof modelConfigSchema>;

/** `state/progress.json` travels inside the checkpoint, so that the two cannot part. */
export const checkpointSchema = z.object({
  step: z.number(),
  bestEpoch: z.number(),
  history: z.array(
    z.object({
      epoch: z.number(),
      trainLoss: z.number(),
      validationLoss: z.number().nullable(),
      validationAccuracy: z.number().nullable(),
      learningRate: z.number(),
    }),
  ),
});

export type Checkpoint = z.output<typeof checkpointSchema>;
