import type {
  CrossvalidateOptions,
  CrossvalidateSummary,
  ExplainOptions,
  ExplainSummary,
  IndexOptions,
  Info,
  RunEvent,
  ScreenOptions,
  ScreenSummary,
  TrainOptions,
  TrainSummary,
} from "../runs/events.ts";
import type { StudyIndex } from "../runs/index-study.ts";
import type { InitOptions, InitSummary } from "../runs/init.ts";
import type { ReportOptions, SideBySideOptions, SideBySideSummary } from "../runs/report.ts";
import type { SimulateOptions, SimulateSummary } from "../runs/simulate-settings.ts";

/**
 * The verbs that the command line speaks, each a function of `runs`.
 *
 * They are handed in, so that words can be tested without a network, and so that `--help` does not load one.
 */
export interface Verbs {
  init(options: InitOptions): Promise<InitSummary>;
  index(options: IndexOptions, signal: AbortSignal): AsyncGenerator<RunEvent, StudyIndex>;
  train(options: TrainOptions, signal: AbortSignal): AsyncGenerator<RunEvent, TrainSummary>;
  crossvalidate(options: CrossvalidateOptions, signal: AbortSignal): AsyncGenerator<RunEvent, CrossvalidateSummary>;
  screen(options: ScreenOptions, signal: AbortSignal): AsyncGenerator<RunEvent, ScreenSummary>;
  explain(options: ExplainOptions, signal: AbortSignal): AsyncGenerator<RunEvent, ExplainSummary>;
  simulate(options: SimulateOptions, signal: AbortSignal): AsyncGenerator<RunEvent, SimulateSummary>;
  report(folder: string, options?: ReportOptions): Promise<{ readonly path: string }>;
  sideBySide(options: SideBySideOptions): Promise<SideBySideSummary>;
  info(path: string): Promise<Info>;
}
