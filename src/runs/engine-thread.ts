/** An engine on a thread of its own, so that decoding, progress and Ctrl-C go on while it computes. */
import "../engine/runtime/no-telemetry.ts";
import type { EngineFunctions } from "../engine/runtime/engine.ts";
import { openThread, type Thread } from "../store/threads.ts";

export type EngineThread = Thread<EngineFunctions>;

/** Starts the thread. To be closed. */
export function openEngineThread(): EngineThread {
  return openThread<EngineFunctions>(new URL("./engine-worker.js", import.meta.url));
}
