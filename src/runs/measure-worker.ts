/** A thread that measures fields: reads their images whole and gives a few numbers of each. */
import type { Field } from "../images/fields.ts";
import { type FieldMeasures, type FieldOptics, measureField } from "../measure/field.ts";
import { type FileFacts, readField } from "../store/images.ts";
import { serveThread } from "../store/threads.ts";

/** What is to be measured. */
export interface MeasureRequest extends FieldOptics {
  /** The study's folder. */
  readonly folder: string;
  readonly field: Field;
}

/** A field's numbers, and what its files are like. */
export interface MeasureAnswer {
  readonly measures: FieldMeasures;
  readonly files: readonly FileFacts[];
}

const functions = {
  measure: async ({ folder, field, ...optics }: MeasureRequest): Promise<MeasureAnswer> => {
    const { planes, files } = await readField(folder, field);
    return { measures: measureField(planes, optics), files };
  },
};

export type MeasureFunctions = typeof functions;

serveThread(functions);
