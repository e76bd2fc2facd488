/** Many fields, drawn on several threads. */
import type { FieldFacts } from "../simulate/conditions.ts";
import { openThread } from "../store/threads.ts";
import type { FieldJob } from "./draw-field.ts";
import type { SimulateFunctions } from "./simulate-worker.ts";

/** A job that is done. */
export interface Drawn<Job extends FieldJob> {
  readonly job: Job;
  readonly facts: FieldFacts;
}

/** Threads that draw. To be closed. */
export interface DrawingThreads {
  /** Seconds that a field takes on one thread. */
  time(request: FieldJob["request"]): Promise<number>;
  /**
   * Draws jobs, each when a thread is free, and gives them when they are done, in any order.
   *
   * @throws the first error of a job; the signal's reason if it was aborted
   */
  draw<Job extends FieldJob>(jobs: readonly Job[], signal?: AbortSignal): AsyncGenerator<Drawn<Job>>;
  close(): Promise<void>;
}

/** Starts the threads. */
export function openDrawingThreads(workers: number): DrawingThreads {
  const url = new URL("./simulate-worker.js", import.meta.url);
  const threads = Array.from({ length: workers }, () => openThread<SimulateFunctions>(url));
  return {
    time: (request) => threads[0]!.call("time", request),
    async *draw<Job extends FieldJob>(jobs: readonly Job[], signal?: AbortSignal) {
      const queue = jobs.values();
      const working = new Map<number, Promise<Drawn<Job> & { readonly thread: number }>>();
      const start = (thread: number) => {
        const { value: job } = queue.next();
        if (job === undefined) return;
        const { request, defect, images, masks } = job;
        const drawn = threads[thread]!.call("draw", { request, defect, images, masks });
        const told = drawn.then((facts) => ({ thread, job, facts }));
        // While another job's error travels up, nobody waits for this one.
        told.catch(() => {});
        working.set(thread, told);
      };
      for (const thread of threads.keys()) start(thread);
      while (working.size > 0) {
        const { thread, job, facts } = await Promise.race(working.values());
        signal?.throwIfAborted();
        working.delete(thread);
        start(thread);
        yield { job, facts };
      }
    },
    async close() {
      await Promise.all(threads.map((thread) => thread.close()));
    },
  };
}
