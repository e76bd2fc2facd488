/** The public surface of neuroscreen: the verbs first, then the rooms that they are made of. */

// The verbs: what the command line does, as functions. The long ones yield events and return a summary.

export type { LayerRow, NetworkRows } from "./engine/nn/describe.ts";
export type { Memory } from "./engine/step/memory.ts";
export { crossvalidate } from "./runs/crossvalidate.ts";
export type {
  Accepted,
  CrossvalidateOptions,
  CrossvalidateSummary,
  ExplainOptions,
  ExplainSummary,
  FieldPick,
  IndexOptions,
  Info,
  Json,
  NetworkDescription,
  NormalizeBy,
  OptimizerName,
  RunEvent,
  ScreenOptions,
  ScreenSummary,
  StainScope,
  TrainOptions,
  TrainSummary,
} from "./runs/events.ts";
export { explain } from "./runs/explain.ts";
export { index, indexStudy, type StudyIndex } from "./runs/index-study.ts";
export { info } from "./runs/info.ts";
export { type InitOptions, type InitSummary, init } from "./runs/init.ts";
export {
  type ReportOptions,
  report,
  type SideBySideOptions,
  type SideBySideSummary,
  sideBySide,
} from "./runs/report.ts";
export { screen } from "./runs/screen.ts";
export { simulate } from "./runs/simulate.ts";
export type { SimulateOptions, SimulateSummary } from "./runs/simulate-settings.ts";
export { train } from "./runs/train.ts";

// base: the one error that a user can mend, seeded random numbers.

export { type ErrorFacts, NeuroscreenError } from "./base/errors.ts";
export { openRandom, type Random } from "./base/random.ts";
export { version } from "./base/version.ts";

// engine/graph: ONNX graphs as data.

export { type GraphBuilder, openGraph } from "./engine/graph/builder.ts";
export { decodeOnnx, encodeOnnx } from "./engine/graph/bytes.ts";
export {
  type Dimension,
  type ElementType,
  elementCount,
  type FloatTensor,
  floatTensor,
  type Graph,
  type Node,
  type Tensor,
  type Value,
  type WeightMap,
} from "./engine/graph/graph.ts";
export type { ConvAttributes, Op, OpAttributes, Pads, Pair } from "./engine/graph/operators.ts";
export {
  type ConvShape,
  cpuProfile,
  type DeviceProfile,
  type InputGradientForm,
  type WeightGradientForm,
} from "./engine/graph/profile.ts";
export { verifyGraph } from "./engine/graph/verify.ts";

// engine/grad: graph in, graph with gradients out.

export { type GradientOptions, writeGradients } from "./engine/grad/gradients.ts";
export type { GradientRule, Site } from "./engine/grad/rule.ts";

// engine/nn: networks, losses, first weights.

export type { Backbone } from "./engine/nn/backbones.ts";
export { initialWeights } from "./engine/nn/initial-weights.ts";
export type { Weights } from "./engine/nn/layers.ts";
export { type CrossEntropyInputs, crossEntropy } from "./engine/nn/losses.ts";
export {
  type Fusion,
  type NetworkOutputs,
  type NetworkSpec,
  type WeightSpec,
  weightSpecs,
  writeNetwork,
} from "./engine/nn/networks.ts";

// engine/optim: update rules and learning rates.

export {
  type Optimizer,
  optimizerSlots,
  type Updated,
  type UpdateInputs,
  writeUpdate,
} from "./engine/optim/optimizers.ts";
export { learningRateAt, type Schedule } from "./engine/optim/schedules.ts";

// engine/step: a whole training step, and the network that is exported, as graphs.

export { exportGraph } from "./engine/step/inference-graph.ts";
export type { Normalization } from "./engine/step/normalization.ts";
export { type TrainingGraph, type TrainingGraphOptions, trainingGraph } from "./engine/step/training-graph.ts";

// engine/runtime: what runs them.

export type { Device, Session, Tensors } from "./engine/runtime/device.ts";
export { type CpuOptions, cpuDevice } from "./engine/runtime/node.ts";
export { type Prediction, Predictor } from "./engine/runtime/predictor.ts";
export { type Batch, type StepResult, Trainer, type TrainingState } from "./engine/runtime/trainer.ts";

// engine/weights: weights as files.

export { decodeSafetensors, encodeSafetensors, type SafetensorsFile } from "./engine/weights/safetensors.ts";

// plates: what the biologist says.

export type { PlateMapWell } from "./plates/platemap.ts";
export type { Role } from "./plates/roles.ts";
export type { Part } from "./plates/split.ts";
export type { Channel, PlaneSelection, PlateSplit, Study, WellSplit } from "./plates/study.ts";
export { formatWell, parseWell, type Well, type WellNotation } from "./plates/wells.ts";

// images, store: what the microscope says.

export type { Field, Problem } from "./images/fields.ts";
export type { GreyImage, Plane } from "./images/grey.ts";
export { averageArea } from "./images/resize.ts";
export { readGrey } from "./store/images.ts";

// training: the recipe.

export { parseRecipe, type Recipe } from "./training/recipe.ts";

// records: the types of the files that a run leaves.

export type { Calibration } from "./records/calibration.ts";
export type { JudgedWell, PairedComparison, Shortcut } from "./records/comparison.ts";
export type {
  CrossvalidatedNetworks,
  Crossvalidation,
  FoldFigures,
  FoldNetwork,
  JudgeFigures,
  OwnScale,
  OwnScales,
  Rival,
  ShortcutFigures,
} from "./records/crossvalidation.ts";
export type {
  CalibrationBin,
  CalibrationFigures,
  Confusion,
  Evaluation,
  FieldEvaluation,
  PartCalibration,
  PartEvaluation,
  ScoreComparison,
  ScoreFigures,
  WellEvaluation,
} from "./records/evaluation.ts";
export type { Fold, Folds, FoldUnit } from "./records/folds.ts";
export type { ModelConfig } from "./records/model.ts";
export type { PositionCheck } from "./records/position.ts";
export type {
  CompoundRecord,
  DoseCurve,
  DoseRecord,
  PlateQuality,
  PredictionRecord,
  QualityFigures,
  ScoreName,
  WellFacts,
  WellNote,
  WellRecord,
} from "./records/screen.ts";

// statistics: plain numbers in, plain numbers out.

export { type Controls, cohenD, robustZPrime, ssmd, zPrime } from "./statistics/assay-quality.ts";
export {
  brier,
  expectedCalibrationError,
  fitTemperature,
  type LabelledLogits,
  negativeLogLikelihood,
} from "./statistics/calibration.ts";
export { mad, mean, median, sd, variance } from "./statistics/descriptive.ts";
export {
  type DoseResponses,
  type FourParameterFit,
  type FourParameters,
  fitFourParameters,
  fourParameterResponse,
} from "./statistics/four-parameter.ts";
export { mannWhitney, type RankTest } from "./statistics/mann-whitney.ts";
export { bScore, medianPolish, type PlateValues } from "./statistics/median-polish.ts";
export { benjaminiHochberg } from "./statistics/multiple-testing.ts";
export { type Interval, wilson } from "./statistics/proportion.ts";
export { auc, type LabelledScores, youden } from "./statistics/roc.ts";
export { type TTest, welch } from "./statistics/welch.ts";
