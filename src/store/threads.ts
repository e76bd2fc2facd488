/**
 * Calls to functions on another thread, with errors that arrive as what they were.
 *
 * A worker file calls `serveThread` with its functions; `openThread` starts such a file and calls them by name. Calls
 * to one thread are answered in the order in which they were made.
 */
import { parentPort, Worker } from "node:worker_threads";
import { type ErrorFacts, NeuroscreenError } from "../base/errors.ts";

/** Functions that a thread offers, by name: one argument, one answer, both of plain data. */
export type ThreadFunctions = Readonly<Record<string, (argument: never) => unknown>>;

interface Call {
  readonly id: number;
  readonly name: string;
  readonly argument: unknown;
}

type Answer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly facts: ErrorFacts }
  | { readonly id: number; readonly message: string; readonly stack: string | undefined };

type Argument<F> = F extends (argument: infer A) => unknown ? A : never;
type Result<F> = F extends (argument: never) => infer R ? Awaited<R> : never;

export interface Thread<F extends ThreadFunctions> {
  /** Calls a function of the thread. Buffers in `transfer` move there instead of being copied. */
  call<K extends keyof F & string>(
    name: K,
    argument: Argument<F[K]>,
    transfer?: readonly ArrayBuffer[],
  ): Promise<Result<F[K]>>;
  /** Ends the thread at once; calls under way are rejected. */
  close(): Promise<void>;
}

/** Starts a worker file. `url` names the built `.js` file. */
export function openThread<F extends ThreadFunctions>(url: URL, workerData?: unknown): Thread<F> {
  const worker = new Worker(url, { workerData });
  const waiting = new Map<number, { resolve: (value: never) => void; reject: (error: unknown) => void }>();
  let lastId = 0;
  let ended: Error | undefined;
  const end = (error: Error) => {
    ended ??= error;
    for (const { reject } of waiting.values()) reject(ended);
    waiting.clear();
  };
  worker.on("message", (answer: Answer) => {
    const caller = waiting.get(answer.id);
    waiting.delete(answer.id);
    if ("value" in answer) caller?.resolve(answer.value as never);
    else caller?.reject(unpacked(answer));
  });
  worker.on("error", (error: unknown) => end(error instanceof Error ? error : new Error(String(error))));
  worker.on("exit", () => end(new Error("the thread has ended")));
  return {
    call: (name, argument, transfer = []) =>
      new Promise((resolve, reject) => {
        if (ended) return reject(ended);
        lastId += 1;
        waiting.set(lastId, { resolve, reject });
        worker.postMessage({ id: lastId, name, argument } satisfies Call, [...transfer]);
      }),
    async close() {
      await worker.terminate();
    },
  };
}

/** Offers functions to the thread that started this one. Buffers of float32 arrays in an answer move, they are not copied. */
export function serveThread(functions: ThreadFunctions): void {
  const port = parentPort;
  if (!port) throw new Error("unreachable: a worker file outside a worker");
  let last: Promise<unknown> = Promise.resolve();
  port.on("message", ({ id, name, argument }: Call) => {
    last = last.then(async () => {
      try {
        const value = await functions[name]!(argument as never);
        port.postMessage({ id, value } satisfies Answer, buffersOf(value));
      } catch (error) {
        port.postMessage(packed(id, error));
      }
    });
  });
}

function packed(id: number, error: unknown): Answer {
  if (error instanceof NeuroscreenError) {
    const { cause: _, ...facts } = error.facts;
    return { id, facts };
  }
  return error instanceof Error
    ? { id, message: error.message, stack: error.stack }
    : { id, message: String(error), stack: undefined };
}

function unpacked(answer: Exclude<Answer, { value: unknown }>): Error {
  if ("facts" in answer) return new NeuroscreenError(answer.facts);
  const error = new Error(answer.message);
  if (answer.stack !== undefined) error.stack = answer.stack;
  return error;
}

/** The buffers of the float32 arrays that an answer holds, directly or as properties, where they fill them. */
function buffersOf(value: unknown): ArrayBuffer[] {
  const candidates =
    value instanceof Float32Array ? [value] : typeof value === "object" && value !== null ? Object.values(value) : [];
  const buffers = candidates.flatMap((candidate: unknown) =>
    candidate instanceof Float32Array &&
    candidate.buffer instanceof ArrayBuffer &&
    candidate.byteLength === candidate.buffer.byteLength
      ? [candidate.buffer]
      : [],
  );
  return [...new Set(buffers)];
}
