/**
 * A table as columns, ready to be written as CSV or Parquet.
 *
 * Rooms that compute results hand over columns; `store` knows the files. All columns of a table have the same
 * length; `null` is a value that does not exist, which is not the same as a number that is zero.
 */
export interface Column {
  readonly name: string;
  /** `float` is a double that was one of 32 bits: half the bytes in Parquet. */
  readonly type: "string" | "double" | "float" | "int32" | "boolean";
  readonly values: readonly (string | number | boolean | null)[];
}

/** A column of words, one a record. */
export function text<T>(name: string, records: readonly T[], value: (record: T) => string | null): Column {
  return { name, type: "string", values: records.map(value) };
}

/** A column of numbers. */
export function double<T>(name: string, records: readonly T[], value: (record: T) => number | null): Column {
  return { name, type: "double", values: records.map(value) };
}

/** A column of yes and no. */
export function boolean<T>(name: string, records: readonly T[], value: (record: T) => boolean | null): Column {
  return { name, type: "boolean", values: records.map(value) };
}

/** A column of counts. */
export function int32<T>(name: string, records: readonly T[], value: (record: T) => number): Column {
  return { name, type: "int32", values: records.map(value) };
}
