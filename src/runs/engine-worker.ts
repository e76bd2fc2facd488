/** The thread that runs ONNX Runtime, whose runs block the thread that starts them. */
import { engineFunctions } from "../engine/runtime/engine.ts";
import { cpuDevice } from "../engine/runtime/node.ts";
import { serveThread } from "../store/threads.ts";

serveThread(engineFunctions(cpuDevice()));
