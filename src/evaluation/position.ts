/**
 * The position check: could a well's class be told without looking at it?
 *
 * Layouts repeat, and controls stand in blocks or columns. A network that learns where a well lies (light, focus and
 * evaporation differ towards the edge) is then right on held-out wells too. The check is the cheapest such network:
 * the class of the nearest control well that is trained on.
 */
import type { PlateMapWell } from "../plates/platemap.ts";
import { isControl, type Role } from "../plates/roles.ts";
import { type Part, wellKey } from "../plates/split.ts";
import { parseWell } from "../plates/wells.ts";
import type { PositionCheck } from "../records/position.ts";

// Coins are right about 7 of 8 wells or more in 3.5 % of throws; with fewer wells chance alone would raise the alarm often.
const fewestWells = 8;
const leastRight = 0.85;

/**
 * Guesses each held-out control well's role from the nearest control wells that are trained on, by the distance
 * √(Δrow² + Δcolumn²) between their places, whatever their plates: the same place on another plate is at distance 0.
 * Where the nearest wells are of both roles, the guess counts half.
 *
 * @param wells the plate map's; those that are no controls do not count
 * @param parts the study's split, by {@link wellKey}: its test wells are guessed from its training and validation wells.
 *   Null for a study without one: each plate is then guessed from the others; of a single plate, each well from the others
 * @returns null where there is nothing to guess, or nothing to guess from
 */
export function checkPosition(
  wells: readonly PlateMapWell[],
  parts: ReadonlyMap<string, Part> | null,
): PositionCheck | null {
  const controls = wells.filter(({ role }) => isControl(role)).map(placeWell);
  const plates = [...new Set(controls.map(({ plate }) => plate))];
  const heldOut = parts !== null ? "split" : plates.length > 1 ? "plate" : "well";
  const folds =
    parts !== null ? [splitFold(controls, parts)] : leaveOut(controls, heldOut === "plate" ? "plate" : "key");
  const guesses = folds.flatMap(guessRoles);
  if (guesses.length === 0) return null;
  const right = guesses.reduce((sum, guess) => sum + guess, 0);
  const explains = guesses.length >= fewestWells && right >= leastRight * guesses.length;
  return { wells: guesses.length, right, heldOut, explains };
}

/** A control well and its place. */
interface PlacedWell {
  readonly key: string;
  readonly plate: string;
  readonly role: Role;
  readonly row: number;
  readonly column: number;
}

/** The wells whose roles are guessed, and those that the guess is made from. */
interface Fold {
  readonly test: readonly PlacedWell[];
  readonly train: readonly PlacedWell[];
}

function placeWell(well: PlateMapWell): PlacedWell {
  return { key: wellKey(well), plate: well.plate, role: well.role, ...parseWell(well.well) };
}

// Validation wells are drawn by a seed; the answer should be the layout's and not the draw's, so they teach too.
function splitFold(controls: readonly PlacedWell[], parts: ReadonlyMap<string, Part>): Fold {
  const of = (...wanted: Part[]) => controls.filter(({ key }) => wanted.some((part) => part === parts.get(key)));
  return { test: of("test"), train: of("train", "validate") };
}

/** A fold for each plate (or each well, by its key), guessed from all the others. */
function leaveOut(controls: readonly PlacedWell[], group: "plate" | "key"): Fold[] {
  return [...new Set(controls.map((well) => well[group]))].map((out) => ({
    test: controls.filter((well) => well[group] === out),
    train: controls.filter((well) => well[group] !== out),
  }));
}

/** How right the guess is for each test well: 1, 0, or ½ between both roles; none where nothing is trained on. */
function guessRoles({ test, train }: Fold): number[] {
  // One entry a place, not a well: a thousand plates of one layout are then as quick as one.
  const places = new Map(train.map((well) => [`${well.row}/${well.column}/${well.role}`, well]));
  if (places.size === 0) return [];
  return test.map((well) => {
    let nearest = Number.POSITIVE_INFINITY;
    let roles = new Set<Role>();
    for (const { row, column, role } of places.values()) {
      const squared = (row - well.row) ** 2 + (column - well.column) ** 2;
      if (squared < nearest) [nearest, roles] = [squared, new Set([role])];
      else if (squared === nearest) roles.add(role);
    }
    return roles.size > 1 ? 0.5 : roles.has(well.role) ? 1 : 0;
  });
}
