/**
 * Concentrations, in moles per litre inside and in whatever unit people pipette outside.
 */
import { NeuroscreenError } from "../base/errors.ts";

/** A concentration in mol/L. Branded, because a µM taken for an M compiles and costs a screen. */
export type Molar = number & { readonly unit: "molar" };

// How many of the unit make one molar. Dividing by a whole power of ten is correctly rounded, where multiplying
// by 1e-9, itself rounded, is not: 0.98 nM is then the double nearest to 9.8e-10. The micro sign has two code
// points, U+00B5 and the Greek U+03BC, and keyboards give either.
const perMolar: Readonly<Record<string, number>> = {
  M: 1,
  mM: 1e3,
  uM: 1e6,
  "\u00b5M": 1e6,
  "\u03bcM": 1e6,
  nM: 1e9,
  pM: 1e12,
};

/** The units that {@link parseConcentration} reads. */
export const concentrationUnits = ["M", "mM", "µM", "uM", "nM", "pM"] as const;

/** Whether {@link parseConcentration} reads a unit; case counts, and both micro signs do. */
export function isConcentrationUnit(unit: string): boolean {
  return Object.hasOwn(perMolar, unit);
}

/**
 * Reads a concentration such as (`0.98`, `nM`). Case counts in units: mM is a million nM.
 *
 * @throws {NeuroscreenError} `bad-concentration` if the number is not one or is below zero, or the unit is missing or unknown
 */
export function parseConcentration(value: string, unit: string): Molar {
  const refuse = (found: string, expected: string, remedy: string) =>
    new NeuroscreenError({ code: "bad-concentration", what: "Reading a concentration", found, expected, remedy });
  const text = value.trim();
  const number = Number(text);
  if (text === "" || !Number.isFinite(number) || number < 0)
    throw refuse(JSON.stringify(value), "a number from 0 up with a decimal point", "Write it as `0.98` or `9.8e-1`.");
  const units = concentrationUnits.join(", ");
  const divisor = isConcentrationUnit(unit.trim()) ? perMolar[unit.trim()] : undefined;
  if (divisor === undefined) {
    const found = unit.trim() === "" ? `${text} without a unit` : `the unit ${JSON.stringify(unit)}`;
    throw refuse(found, `one of the units ${units}`, "A bare number cannot be told from one a thousand times larger.");
  }
  return (number / divisor) as Molar;
}

/** Writes a concentration in the unit that leaves 1 to 999 before the point, three significant digits: `31.3 nM`; `0 M` for zero. */
export function formatConcentration(concentration: Molar): string {
  const units = [
    ["M", 1],
    ["mM", 1e3],
    ["µM", 1e6],
    ["nM", 1e9],
    ["pM", 1e12],
  ] as const;
  if (concentration === 0) return "0 M";
  // 0.9995 rounds to 1.00 at three digits, so it belongs to the larger unit already.
  const [name, factor] = units.find(([, factor]) => concentration * factor >= 0.9995) ?? units.at(-1)!;
  return `${Number((concentration * factor).toPrecision(3))} ${name}`;
}
