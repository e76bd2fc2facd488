/** A thread that draws simulated fields. */
import type { FieldRequest } from "../simulate/conditions.ts";
import { simulateField } from "../simulate/field.ts";
import { serveThread } from "../store/threads.ts";
import { drawField } from "./draw-field.ts";

const functions = {
  draw: drawField,
  /** How many seconds a field takes, drawn and thrown away: the quickest of a few, since the first ones warm the code up. */
  time: (request: FieldRequest): number => {
    const begun = performance.now();
    let quickest = Number.POSITIVE_INFINITY;
    for (let draws = 0; draws < 2 || (draws < 6 && performance.now() - begun < 1000); draws++) {
      const before = performance.now();
      simulateField(request);
      quickest = Math.min(quickest, (performance.now() - before) / 1000);
    }
    return quickest;
  },
};

export type SimulateFunctions = typeof functions;

serveThread(functions);
