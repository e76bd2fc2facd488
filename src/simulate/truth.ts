/**
 * The truth of a design as records: what each compound does, what each well is like.
 */
import type { CompoundTruth, FieldTruth, WellPlace, WellTruth } from "../records/truth.ts";
import type { FieldFacts } from "./conditions.ts";
import { type Design, type PlateDesign, roleOf } from "./design.ts";
import type { PlacedWell } from "./layout.ts";
import { expectedDamage, type WellOptions, wellConditions } from "./wells.ts";

/** Aβ as the published work added it. */
const challenge = { name: "Abeta", micromolar: 30 } as const;

/** A row a compound, in the order of the plates. */
export function compoundTruth({ plates }: Design): CompoundTruth[] {
  return [...new Set(plates.map(({ compound }) => compound))].map(({ name, ...compound }) => ({
    compound: name,
    ...compound,
    plates: plates.filter((plate) => plate.compound.name === name).map((plate) => plate.name),
  }));
}

/** A row a well, plate after plate. */
export function wellTruth({ plates }: Design, options: WellOptions): WellTruth[] {
  return plates.flatMap((plate) =>
    plate.wells.map((placed) => {
      const { damage, ...conditions } = wellConditions(plate, placed, options);
      const expected = expectedDamage(plate.compound, placed, options);
      return {
        ...wellPlace(plate, placed),
        damageNeurites: damage.neurites,
        damageSynapses: damage.synapses,
        expectedDamageNeurites: expected.neurites,
        expectedDamageSynapses: expected.synapses,
        ...conditions,
      };
    }),
  );
}

/** What a plate map would say of a well. */
export function wellPlace(plate: PlateDesign, placed: PlacedWell): WellPlace {
  const { doseMicromolar, isChallenged, well } = placed;
  return {
    plate: plate.name,
    batch: plate.batch,
    well,
    role: roleOf(placed),
    compound: doseMicromolar > 0 ? plate.compound.name : null,
    concentrationMicromolar: doseMicromolar > 0 ? doseMicromolar : null,
    challenge: isChallenged ? challenge.name : null,
    challengeConcentrationMicromolar: isChallenged ? challenge.micromolar : null,
  };
}

/** The facts of a drawn field as a row. */
export function fieldTruth(
  place: { readonly plate: string; readonly well: string; readonly site: number },
  { damage, ...facts }: FieldFacts,
): FieldTruth {
  return { ...place, ...facts, damageNeurites: damage.neurites, damageSynapses: damage.synapses };
}
