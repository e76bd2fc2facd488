/** The public surface of neuroscreen, room by room. */
export { NeuroscreenError } from "./base/errors.ts";
export { version } from "./base/version.ts";
export type { Info, RunEvent, ScreenOptions, ScreenSummary, TrainOptions, TrainSummary } from "./runs/events.ts";
export { indexStudy, type StudyIndex } from "./runs/index-study.ts";
export { info } from "./runs/info.ts";
export { report } from "./runs/report.ts";
export { screen } from "./runs/screen.ts";
export { train } from "./runs/train.ts";
