/**
 * Tables to files: CSV for people and spreadsheets, Parquet for everything that counts types.
 */
import { join } from "node:path";
import { type ColumnSource, parquetWriteBuffer } from "hyparquet-writer";
import type { Column } from "../records/table.ts";
import { writeAtomically } from "./files.ts";

const parquetTypes = {
  string: "STRING",
  double: "DOUBLE",
  float: "FLOAT",
  int32: "INT32",
  boolean: "BOOLEAN",
} as const;

/** Writes `<name>.csv`, `<name>.parquet` or both into a folder, each atomically; the bytes depend on the columns alone. */
export async function writeTable(
  folder: string,
  name: string,
  columns: readonly Column[],
  formats: readonly ("csv" | "parquet")[],
): Promise<void> {
  for (const format of formats) {
    const bytes = format === "csv" ? formatCsv(columns) : formatParquet(columns);
    await writeAtomically(join(folder, `${name}.${format}`), bytes);
  }
}

/**
 * A table as CSV (RFC 4180: lines end in CR LF, quotes where needed, doubled inside). Null is an empty cell and an
 * empty text is `""`; numbers are the shortest that read back to the same double.
 */
export function formatCsv(columns: readonly Column[]): string {
  const lines = [columns.map(({ name }) => formatCell(name)).join(",")];
  for (let row = 0; row < rowCount(columns); row++) {
    lines.push(columns.map(({ values }) => formatCell(values[row]!)).join(","));
  }
  return lines.map((line) => `${line}\r\n`).join("");
}

/** A table as Parquet, every column nullable, so that tables of two screens have the same schema. */
export function formatParquet(columns: readonly Column[]): Uint8Array {
  rowCount(columns);
  const columnData = columns.map(
    ({ name, type, values }): ColumnSource => ({ name, type: parquetTypes[type], data: [...values], nullable: true }),
  );
  return new Uint8Array(parquetWriteBuffer({ columnData }));
}

function rowCount(columns: readonly Column[]): number {
  const counts = new Set(columns.map(({ values }) => values.length));
  if (counts.size > 1) throw new Error(`unreachable: columns of ${[...counts].join(", ")} rows make no table`);
  return columns[0]?.values.length ?? 0;
}

function formatCell(value: string | number | boolean | null): string {
  if (value === null) return "";
  const text = String(value);
  return text === "" || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
