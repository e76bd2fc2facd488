/** A thread that draws simulated fields. */
import type { FieldRequest } from "../simulate/conditions.ts";
import { simulateField } from "../simulate/field.ts";
import { serveThread } from "../store/threads.ts";
import { drawField } from "./draw-field.ts";

const functions = {
  draw: drawField,
  /** How many seconds a field takes, drawn and thrown away; the second of two, once the code is warm. */
  time: (request: FieldRequest): number => {
    simulateField(request);
    const begun = performance.now();
    simulateField(request);
    return (performance.now() - begun) / 1000;
  },
};

export type SimulateFunctions = typeof functions;

serveThread(functions);
