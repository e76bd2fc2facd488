/**
 * From what was measured of single fields to the figures of the checks: means over wells, with intervals over wells.
 */
import type { MapKind } from "../explain/importance.ts";
import { meanInterval } from "../explain/stain-effects.ts";
import type {
  CheckedNetwork,
  DeletionFigure,
  EnrichmentFigure,
  Interval,
  RandomisationFigure,
} from "../records/explain.ts";
import { groupBy } from "../screening/group.ts";
import { mean } from "../statistics/descriptive.ts";

/** One kind of map of one field, measured. Plain data, since it is kept for a run that goes on. */
export interface MeasuredMap {
  /** `plate/well/site`. */
  readonly field: string;
  readonly well: string;
  readonly network: CheckedNetwork;
  readonly kind: MapKind;
  /** Of all stains together (null), and of each that has a map of its own. */
  readonly stains: readonly MeasuredStain[];
  /** How far the log-odds fall; null where that was not measured, or the map calls no pixel more important. */
  readonly falls: { readonly top: number; readonly rolled: number; readonly scattered: number } | null;
}

/** Where the weight of a map lies. */
export interface MeasuredStain {
  readonly stain: string | null;
  readonly isZero: boolean;
  /** Enrichment by structure; null where it says nothing. */
  readonly inside: Readonly<Record<string, number | null>>;
}

/** How alike a map is to the trained network's, once the parameters down to a layer were drawn anew. */
export interface RandomisedMap {
  readonly well: string;
  readonly kind: MapKind;
  readonly layer: string;
  readonly correlation: number;
}

/** A value of a field. */
interface FieldValue {
  readonly field: string;
  readonly well: string;
  readonly value: number;
}

/** `gradcam layer4`, `windows`. */
export function kindName({ method, stage }: MapKind): string {
  return stage === null ? method : `${method} ${stage}`;
}

/** By network, kind of map, stain and structure; networks that learned nothing also as what they lack, field by field. */
export function enrichmentFigures(measured: readonly MeasuredMap[], seed: number): EnrichmentFigure[] {
  const rows = measured.flatMap(({ field, well, network, kind, stains }) =>
    stains.flatMap(({ stain, isZero, inside }) =>
      Object.entries(inside).map(([name, value]) => ({ field, well, network, kind, stain, isZero, name, value })),
    ),
  );
  const mapOf = ({ kind, stain, name }: (typeof rows)[number]) => `${kindName(kind)} ${stain} ${name}`;
  const trained = new Map(
    rows.filter(({ network }) => network === "trained").map((row) => [`${mapOf(row)} ${row.field}`, row.value]),
  );
  return [...groupBy(rows, (row) => `${row.network} ${mapOf(row)}`).values()].map((own): EnrichmentFigure => {
    const [{ network, kind, stain, name }] = own as [(typeof rows)[number]];
    const known: FieldValue[] = own.flatMap(({ value, ...row }) => (value === null ? [] : [{ ...row, value }]));
    const less = own.flatMap((row): FieldValue[] => {
      const full = trained.get(`${mapOf(row)} ${row.field}`);
      return full == null || row.value === null ? [] : [{ ...row, value: full - row.value }];
    });
    return {
      ...{ network, ...kind, stain, inside: name },
      enrichment: overWells(known, seed, "enrichment", network, mapOf(own[0]!)),
      gain: network === "trained" ? null : overWells(less, seed, "gain", network, mapOf(own[0]!)),
      nFields: known.length,
      nWells: new Set(known.map(({ well }) => well)).size,
      nZero: own.filter(({ isZero }) => isZero).length,
    };
  });
}

/** By kind of map. */
export function deletionFigures(measured: readonly MeasuredMap[], seed: number): DeletionFigure[] {
  const counted = measured.flatMap(({ falls, ...own }) => (falls === null ? [] : [{ ...own, falls }]));
  return [...groupBy(counted, ({ kind }) => kindName(kind)).values()].map((own) => {
    const { kind } = own[0]!;
    const over = (name: string, value: (falls: (typeof own)[number]["falls"]) => number): Interval =>
      overWells(
        own.map(({ field, well, falls }) => ({ field, well, value: value(falls) })),
        ...([seed, "deletion", kindName(kind), name] as const),
      )!;
    return {
      ...kind,
      top: over("top", ({ top }) => top),
      rolled: over("rolled", ({ rolled }) => rolled),
      scattered: over("scattered", ({ scattered }) => scattered),
      difference: over("difference", ({ top, rolled }) => top - rolled),
      nFields: own.length,
      nWells: new Set(own.map(({ well }) => well)).size,
    };
  });
}

/** By kind of map, the layers in the order in which they were drawn anew. */
export function randomisationFigures(maps: readonly RandomisedMap[], seed: number): RandomisationFigure[] {
  return [...groupBy(maps, ({ kind }) => kindName(kind)).values()].map((own) => ({
    ...own[0]!.kind,
    layers: [...groupBy(own, ({ layer }) => layer)].map(([layer, some]) => ({
      layer,
      correlation: overWells(
        some.map(({ well, correlation }) => ({ field: well, well, value: correlation })),
        ...([seed, "randomisation", kindName(own[0]!.kind), layer] as const),
      )!,
    })),
  }));
}

/** The mean over wells of the means of their fields, which are not independent of each other; null of nothing. */
function overWells(values: readonly FieldValue[], seed: number, ...path: readonly string[]): Interval | null {
  if (values.length === 0) return null;
  const wells = [...groupBy(values, ({ well }) => well)].sort(([a], [b]) => (a < b ? -1 : 1));
  return meanInterval(
    wells.map(([, own]) => mean(own.map(({ value }) => value))),
    ...([seed, ...path] as const),
  );
}
