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
