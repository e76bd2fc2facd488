/**
 * What a simulated screen may give away, and what it must: `npm run bench -- simulate` asks the same of more and larger fields.
 */
import { beforeAll, describe, expect, test } from "vitest";
import { type Group, groups, leaveOnePlateOut, type MeasuredField, measureField } from "../../bench/shortcuts.ts";
import { designScreen, roleOf } from "../../src/simulate/design.ts";
import { simulateField } from "../../src/simulate/field.ts";
import { defaultPanel } from "../../src/simulate/panel.ts";
import { wellConditions } from "../../src/simulate/wells.ts";

const seed = 1;
const [size, pixelSizeMicrometres, difficulty] = [320, 0.325, 0.5];

/** A field of every control well, as a screen would draw it. */
function measuredScreen({ plates, effect }: { readonly plates: number; readonly effect: number }): MeasuredField[] {
  const design = designScreen({ seed, plates, replicates: 1, layout: "random", panel: defaultPanel });
  return design.plates.flatMap((plate) =>
    plate.wells
      .filter((placed) => roleOf(placed) !== "sample")
      .map((placed) => {
        const conditions = wellConditions(plate, placed, { seed, effect, difficulty });
        const place = { plate: plate.name, well: placed.well };
        const field = { ...place, site: 1, seed, size, pixelSizeMicrometres, conditions, difficulty };
        const numbers = measureField(simulateField(field).images, field);
        return { ...place, label: placed.isChallenged ? 1 : 0, numbers };
      }),
  );
}

describe("A simulated screen at the default difficulty", () => {
  let fields: MeasuredField[] = [];
  beforeAll(() => {
    fields = measuredScreen({ plates: 8, effect: 1 });
  }, 240_000);

  // Of large screens at most 65 % of single fields are promised; of 96, two standard errors more are chance.
  describe.each([false, true])("standardised on the plate: %s", (perPlate) => {
    test.each<Group>(["brightness", "focus + nuclei", "position", "noise"])(
      "does not give itself away by %s",
      (group) => expect(leaveOnePlateOut(fields, group, perPlate).fields).toBeLessThan(0.75),
    );

    test("is told by its structure: puncta, partners, neurites", () => {
      expect(leaveOnePlateOut(fields, "structure", perPlate).fields).toBeGreaterThan(0.88);
    });
  });
});

test("A null screen is told by nothing: no random stream is shared with the treatment", () => {
  const fields = measuredScreen({ plates: 4, effect: 0 });
  for (const group of groups)
    expect(Math.abs(leaveOnePlateOut(fields, group, true).fields - 0.5), group).toBeLessThan(0.2);
}, 240_000);
