/**
 * Lines of a table that a person saved from a spreadsheet: commas, semicolons or tabs, with or without a byte order mark.
 */
import { parse } from "csv-parse/browser/esm/sync";

/** A line with its number in the file, counted from one, and its cells without blanks around them. */
export interface CsvLine {
  readonly number: number;
  readonly cells: readonly string[];
}

/**
 * The lines of a table, the header first; those without any content are left out.
 *
 * @throws the parser's error for what is no table
 */
export function readCsvLines(text: string): CsvLine[] {
  const firstLine = /^\ufeff?[^\r\n]*/.exec(text)![0];
  const delimiter = [",", ";", "\t"].reduce((best, next) =>
    firstLine.split(next).length > firstLine.split(best).length ? next : best,
  );
  // The types of csv-parse do not know what `info: true` gives.
  const records: unknown[] = parse(text, {
    bom: true,
    delimiter,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    trim: true,
  });
  return records
    .filter(isRecord)
    .map(({ record, info }) => ({ number: info.lines, cells: record }))
    .filter(({ cells }) => cells.some((cell) => cell !== "")); // spreadsheets leave lines of bare commas
}

function isRecord(value: unknown): value is { record: string[]; info: { lines: number } } {
  return typeof value === "object" && value !== null && "record" in value && "info" in value;
}
