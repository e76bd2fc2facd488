/**
 * Numbers as people read them: few digits, a true minus sign, a dash where there is none.
 */
import { formatConcentration, type Molar } from "../plates/concentrations.ts";

/** What stands for a number that does not exist. */
export const missing = "–";

/** A number with `digits` decimals. */
export function decimals(value: number | null, digits: number): string {
  if (value === null) return missing;
  const text = value.toFixed(digits);
  // −0.00 is 0.00.
  return Number(text) === 0 ? text.replace("-", "") : text.replace("-", "−");
}

/** A round number, such as a tick's, as it is: `−0.5`, `20`. */
export function plain(value: number): string {
  return String(value).replace("-", "−");
}

/** A change, its sign always there: `+2.1`, `−0.3`, `0.0`. */
export function signed(value: number, digits = 1): string {
  const text = decimals(value, digits);
  return value > 0 && Number(text) !== 0 ? `+${text}` : text;
}

/** A share of one as a percentage: `97.5 %`; whole numbers without decimals. */
export function percent(share: number | null): string {
  if (share === null) return missing;
  const text = (100 * share).toFixed(1);
  return `${text.endsWith(".0") ? text.slice(0, -2) : text} %`;
}

/** A concentration in the unit that suits it: `9.1 nM`; none at all is `0`, which needs no unit. */
export function dose(micromolar: number | null): string {
  if (micromolar === 0) return "0";
  return micromolar === null ? missing : formatConcentration((micromolar / 1e6) as Molar);
}

/** Two concentrations: `8.45 to 9.55 nM`, each with its unit where these differ. */
export function doseRange(lowMicromolar: number | null, highMicromolar: number | null): string {
  const [low, high] = [dose(lowMicromolar), dose(highMicromolar)];
  const [number, unit] = low.split(" ");
  return `${unit === high.split(" ")[1] ? number : low} to ${high}`;
}

/** An EC50 with its interval: `9.1 nM (8.45 to 9.55 nM)`. */
export function doseWithInterval(value: number | null, low: number | null, high: number | null): string {
  return value === null ? missing : `${dose(value)} (${doseRange(low, high)})`;
}

/** `1 well`, `2 wells`, `51,840 fields`. */
export function count(n: number, noun: string): string {
  return `${groupDigits(n)} ${noun}${n === 1 ? "" : "s"}`;
}

/** A whole number with its thousands apart: `51,840`. */
export function groupDigits(n: number): string {
  return String(n).replace(/\B(?=(\d{3})+$)/g, ",");
}
