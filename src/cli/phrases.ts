/** How numbers, warnings and small tables are put into words, the same in every command. */
import { paint, type Terminal } from "./terminal.ts";

/** A span of time as people say it: `0.4 s`, `42 s`, `1 min 20 s`, `2 h 5 min`. */
export function formatSeconds(seconds: number): string {
  if (!Number.isFinite(seconds)) return "an unknown time";
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A number with three digits that count, without an exponent where it can be helped: `0.412`, `88`, `1230`, `0.00001`. */
export function formatNumber(value: number): string {
  return value.toLocaleString("en-US", { maximumSignificantDigits: 3, useGrouping: false });
}

/** A share as a percentage with one digit after the point: `97.5 %`. */
export function formatPercent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/** A count with its noun: `1 well`, `96 wells`. */
export function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : plural}`;
}

/** A line that warns. */
export function formatWarning(terminal: Terminal, text: string): string {
  return `${paint(terminal, "yellow", "warning")}: ${text}\n`;
}

/** Rows of words in columns, two spaces apart, no spaces at the ends; every row ends with a line break. */
export function formatColumns(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, j) => {
      widths[j] = Math.max(widths[j] ?? 0, cell.length);
    });
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, j) => cell.padEnd(widths[j]!))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}
