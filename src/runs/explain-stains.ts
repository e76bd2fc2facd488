/**
 * Stains weighed against each other: field by field, then over the fields of a well and the wells of a role.
 */
import { openRandom } from "../base/random.ts";
import { meanImage, meanInterval, type PooledImage, stainEffects } from "../explain/stain-effects.ts";
import { type Field, fieldKey } from "../images/fields.ts";
import { type Role, roles } from "../plates/roles.ts";
import { wellKey } from "../plates/split.ts";
import type { RoleStains, StainEffects, WellStains } from "../records/explain.ts";
import { groupBy } from "../screening/group.ts";
import type { ExplainSettings } from "./explain-settings.ts";
import type { OpenStudy } from "./index-study.ts";
import type { OpenedExplainer } from "./opened-explainer.ts";

/** A field whose stains are weighed, and that is not shown. */
export interface FieldToWeigh {
  readonly field: Field;
  /** The place of the model among the judges'. */
  readonly model: number;
  /** What is found is kept under this name. */
  readonly name: string;
}

/** What weighs the stains of fields by one network. */
export interface Scale {
  /** @param pooled what the network made of it, where that is known */
  weigh(field: Field, pooled?: PooledImage): Promise<StainEffects[]>;
}

/** So many vehicle fields are kept with what the network made of them: one a plate, and fields come plate by plate or nearly so. */
const vehiclesKept = 4;

/** Opens what weighs stains: against the mean of the training, and against a vehicle field of the same plate. */
export function openScale(
  { network, explainer, fields, seen }: OpenedExplainer,
  { index }: OpenStudy,
  { stains: scope, seed }: Pick<ExplainSettings, "stains" | "seed">,
): Scale {
  const pooled = async (image: Float32Array): Promise<PooledImage> => ({
    image,
    pooled: await explainer.pooled(image),
  });
  let nothing: Promise<PooledImage> | undefined;
  const vehicles = new Map<string, Promise<PooledImage>>();
  const negative = new Set(index.wells.filter(({ role }) => role === "negative").map(wellKey));
  const vehicleOf = (field: Field) => drawVehicle(field, index.fields, { negative, seed });
  const standInOf = (vehicle: Field) => {
    const key = fieldKey(vehicle);
    const known = vehicles.get(key) ?? fields.whole(vehicle).then(({ image }) => pooled(image));
    vehicles.set(key, known);
    for (const oldest of [...vehicles.keys()].slice(0, -vehiclesKept)) vehicles.delete(oldest);
    return known;
  };
  return {
    async weigh(field, given) {
      if (scope === "none") return [];
      const own = given ?? (await pooled((await fields.whole(field)).image));
      nothing ??= pooled(meanImage(network, seen));
      const byMean = await stainEffects(network, explainer, { field: own, standIn: await nothing });
      const vehicle = vehicleOf(field);
      const effects: StainEffects[] = [{ replacedBy: "mean", vehicle: null, ...byMean }];
      if (vehicle === undefined) return effects;
      const byVehicle = await stainEffects(network, explainer, { field: own, standIn: await standInOf(vehicle) });
      const { plate, well, site } = vehicle;
      return [...effects, { replacedBy: "vehicle", vehicle: { plate, well, site }, ...byVehicle }];
    },
  };
}

/** A vehicle field of the same plate and another well, always the same of a plate but for that. */
function drawVehicle(
  field: Field,
  fields: readonly Field[],
  { negative, seed }: { readonly negative: ReadonlySet<string>; readonly seed: number },
): Field | undefined {
  const own = fields.filter(({ plate, well }) => plate === field.plate && negative.has(wellKey({ plate, well })));
  return openRandom(seed, "vehicle", field.plate)
    .shuffled(own)
    .find(({ well }) => well !== field.well);
}

/** A field of known role, and what its stains did. */
export interface WeighedField {
  readonly plate: string;
  readonly well: string;
  readonly site: number;
  readonly role: Role;
  readonly stains: readonly StainEffects[];
}

const replacements = ["mean", "vehicle"] as const;

/** The stains of wells: means over their fields. The order of the fields does not matter. */
export function stainsOfWells(fields: readonly WeighedField[], seed: number): WellStains[] {
  return [...groupBy([...fields].sort(byPlace), wellKey).values()].flatMap((own) =>
    replacements.flatMap((replacedBy) => {
      const effects = own.flatMap(({ stains }) => stains.filter((effect) => effect.replacedBy === replacedBy));
      if (effects.length === 0) return [];
      const { plate, well, role } = own[0]!;
      const over = (name: string, value: (effect: StainEffects) => number) =>
        meanInterval(effects.map(value), seed, "stains", plate, well, replacedBy, name);
      const perStain = (name: "alone" | "shapley") =>
        effects[0]![name].map((_, stain) => over(`${name} ${stain}`, (effect) => effect[name][stain]!));
      return [
        {
          ...{ plate, well, role, replacedBy, logit: over("logit", ({ logit }) => logit) },
          ...{ alone: perStain("alone"), shapley: perStain("shapley") },
        },
      ];
    }),
  );
}

/** The stains of roles: means over wells, whose fields are not independent of each other. */
export function stainsOfRoles(wells: readonly WellStains[], seed: number): RoleStains[] {
  return roles.flatMap((role) =>
    replacements.flatMap((replacedBy) => {
      const own = wells.filter((well) => well.role === role && well.replacedBy === replacedBy);
      if (own.length === 0) return [];
      const perStain = (name: "alone" | "shapley") =>
        own[0]![name].map((_, stain) =>
          meanInterval(
            own.map((well) => well[name][stain]!.mean),
            ...([seed, "stains", role, replacedBy, name, stain] as const),
          ),
        );
      return [{ role, replacedBy, alone: perStain("alone"), shapley: perStain("shapley") }];
    }),
  );
}

function byPlace(a: WeighedField, b: WeighedField): number {
  const [first, second] = [a, b].map(({ plate, well }) => wellKey({ plate, well }));
  return first! < second! ? -1 : first! > second! ? 1 : a.site - b.site;
}
