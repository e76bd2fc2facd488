/**
 * The columns in which an explanation's maps and stains are written; `docs/tables.md` says for people what each means.
 */
import type { ExplainedField, ExplainMap, Interval, StainEffects, WellStains } from "./explain.ts";
import type { WellFacts } from "./screen.ts";
import { factColumns } from "./screen-columns.ts";
import { type Column, double, int32, text } from "./table.ts";

/** A row of `maps`. */
export interface MapRecord extends WellFacts {
  readonly site: number;
  readonly logit: number;
  readonly choice: ExplainedField["choice"];
  readonly map: ExplainMap;
}

/** A row of `stains`: a field, and what stood in for its stains. */
export interface StainRecord extends WellFacts {
  readonly site: number;
  readonly effects: StainEffects;
}

/** A row of `stain_wells`. */
export interface StainWellRecord extends WellFacts {
  readonly stains: WellStains;
}

/** The columns of `maps`. */
export function mapColumns(records: readonly MapRecord[]): Column[] {
  return [
    ...factColumns(records, [int32("Metadata_Site", records, ({ site }) => site)]),
    double("Logit", records, ({ logit }) => logit),
    text("Choice", records, ({ choice }) => choice),
    text("Method", records, ({ map }) => map.method),
    text("Stage", records, ({ map }) => map.stage),
    text("Stain", records, ({ map }) => map.stain),
    text("Class", records, ({ map }) => (map.class === null ? null : (["negative", "positive"] as const)[map.class])),
    int32("Height", records, ({ map }) => map.height),
    int32("Width", records, ({ map }) => map.width),
    double("Least", records, ({ map }) => map.least),
    double("Largest", records, ({ map }) => map.largest),
    double("Drawn_to", records, ({ map }) => map.drawnTo),
    text("Values", records, ({ map }) => map.npy),
    text("Overlay", records, ({ map }) => map.overlay),
  ];
}

/** The columns of `stains`. @param channels names of the stains, in the network's order */
export function stainColumns(records: readonly StainRecord[], channels: readonly string[]): Column[] {
  return [
    ...factColumns(records, [int32("Metadata_Site", records, ({ site }) => site)]),
    text("Replaced_By", records, ({ effects }) => effects.replacedBy),
    text("Vehicle_Well", records, ({ effects }) => effects.vehicle?.well ?? null),
    double("Vehicle_Site", records, ({ effects }) => effects.vehicle?.site ?? null),
    double("Logit", records, ({ effects }) => effects.logit),
    double("Logit_of_none", records, ({ effects }) => effects.logitOfNone),
    ...channels.map((name, i) => double(`Alone_${name}`, records, ({ effects }) => effects.alone[i]!)),
    ...channels.map((name, i) => double(`Shapley_${name}`, records, ({ effects }) => effects.shapley[i]!)),
  ];
}

/** The columns of `stain_wells`. @param channels as {@link stainColumns} */
export function stainWellColumns(records: readonly StainWellRecord[], channels: readonly string[]): Column[] {
  const interval = (name: string, of: (stains: WellStains) => Interval): Column[] => [
    double(name, records, ({ stains }) => of(stains).mean),
    double(`${name}_low`, records, ({ stains }) => of(stains).low),
    double(`${name}_high`, records, ({ stains }) => of(stains).high),
  ];
  return [
    ...factColumns(records),
    text("Replaced_By", records, ({ stains }) => stains.replacedBy),
    int32("n_fields", records, ({ stains }) => stains.logit.n),
    ...interval("Logit", ({ logit }) => logit),
    ...channels.flatMap((name, i) => interval(`Alone_${name}`, ({ alone }) => alone[i]!)),
    ...channels.flatMap((name, i) => interval(`Shapley_${name}`, ({ shapley }) => shapley[i]!)),
  ];
}
