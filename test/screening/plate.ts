/** Plates as these tests write them: a line a well. */
import type { Molar } from "../../src/plates/concentrations.ts";
import type { PlateMapWell } from "../../src/plates/platemap.ts";
import type { Role } from "../../src/plates/roles.ts";
import type { Part } from "../../src/plates/split.ts";
import { wellKey } from "../../src/plates/split.ts";
import type { ScreenInput } from "../../src/screening/wells.ts";

/** A well of the plate `P1` unless told, with the logits of its fields; the projection is a tenth of the logit. */
export interface TestWell {
  readonly plate?: string;
  readonly well: string;
  readonly role: Role;
  readonly part?: Part;
  readonly compound?: string;
  readonly micromolar?: number;
  readonly challenge?: string;
  readonly logits: readonly number[];
}

/** The input of a screen with these wells. */
export function screenInput(wells: readonly TestWell[]): ScreenInput {
  const placed = wells.map((well) => ({ ...well, plate: well.plate ?? "P1" }));
  return {
    wells: placed.map(
      ({ plate, well, role, compound, micromolar, challenge }): PlateMapWell => ({
        plate,
        well,
        role,
        batch: plate,
        compound: compound ?? null,
        concentration: micromolar === undefined ? null : ((micromolar / 1e6) as Molar),
        challenge: challenge ?? null,
        challengeConcentration: challenge === undefined ? null : (30e-6 as Molar),
        metadata: {},
      }),
    ),
    parts: new Map(placed.map((well) => [wellKey(well), well.part ?? "unused"])),
    scores: placed.flatMap(({ plate, well, logits }) =>
      logits.map((logit, i) => ({
        plate,
        well,
        site: i + 1,
        logits: [0, logit] as const,
        features: [Float32Array.of(logit)],
        projection: logit / 10,
      })),
    ),
  };
}

/** Control wells down a column, a field each: `controls("negative", "test", 1, [0, 1])` are A01 and B01. */
export function controls(
  role: "negative" | "positive",
  part: Part,
  column: number,
  logits: readonly number[],
): TestWell[] {
  return logits.map((logit, row) => ({ well: wellName(row, column), role, part, logits: [logit] }));
}

/** Sample wells of one compound along a row, a field each. */
export function series(
  compound: string,
  row: number,
  points: readonly (readonly [micromolar: number, logit: number])[],
): TestWell[] {
  return points.map(([micromolar, logit], i) => ({
    well: wellName(row, i + 3),
    role: "sample",
    compound,
    micromolar,
    logits: [logit],
  }));
}

function wellName(row: number, column: number): string {
  return `${String.fromCharCode(65 + row)}${String(column).padStart(2, "0")}`;
}
