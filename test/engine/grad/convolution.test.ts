import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Op } from "../../../src/engine/graph/operators.ts";
import {
  type ConvShape,
  cpuProfile,
  type DeviceProfile,
  type InputGradientForm,
  type WeightGradientForm,
} from "../../../src/engine/graph/profile.ts";
import { convAttributes, convCase, convTransposeCase, written } from "../graph/operator-cases.ts";
import { expectOperatorGradient, expectRule } from "./expect-gradient.ts";

interface Forms {
  readonly input: InputGradientForm;
  readonly weight: WeightGradientForm;
  readonly hasFusedMatMul: boolean;
}

/** A profile that asks for the given forms wherever they are possible, and counts the shapes for which they were. */
function profileOf({
  input,
  weight,
  hasFusedMatMul,
}: Forms): DeviceProfile & { asked: { input: number; weight: number } } {
  const asked = { input: 0, weight: 0 };
  const counted = <F>(kind: "input" | "weight", form: F, isPossible: boolean, otherwise: F): F => {
    if (!isPossible) return otherwise;
    asked[kind]++;
    return form;
  };
  return {
    ...cpuProfile,
    name: "chosen",
    hasFusedMatMul,
    asked,
    inputGradient: ({ isFlippable }: ConvShape) =>
      counted("input", input, input === "transposed" || isFlippable, "transposed"),
    weightGradient: ({ group }: ConvShape) => counted("weight", weight, weight === "shifted" || group === 1, "shifted"),
  };
}

const bools = [true, false];
const weightForms: readonly WeightGradientForm[] = ["shifted", "swapped"];
const allForms = bools.flatMap((hasFusedMatMul) =>
  weightForms.flatMap((weight) =>
    (["transposed", "flipped"] as const).map((input): Forms => ({ input, weight, hasFusedMatMul })),
  ),
);
const product = (hasFusedMatMul: boolean) => (hasFusedMatMul ? "with FusedMatMul" : "without FusedMatMul");

describe("The gradient of Conv", () => {
  for (const forms of allForms) {
    test(`agrees with central differences: ${forms.input} and ${forms.weight}, ${product(forms.hasFusedMatMul)}`, () => {
      const profile = profileOf(forms);
      expectRule("Conv", (draw) => convCase(draw, { flippable: forms.input === "flipped" }), { profile, runs: 25 });
      expect(profile.asked.input).toBeGreaterThan(5);
      expect(profile.asked.weight).toBeGreaterThan(5);
    });
  }

  const image = (height: number, width: number) =>
    ({ type: "float32", shape: [2, 2, height, width], kind: "any" }) as const;
  const weight = (kernel: number, inner = 2) =>
    ({ type: "float32", shape: [2, inner, kernel, kernel], kind: "any" }) as const;
  const shapes = {
    "rows and columns that no window reads": {
      inputs: [image(6, 7), weight(2)],
      attributes: convAttributes({ strides: [3, 3] }),
    },
    "1×1 kernels with stride, which leave most of the image unread": {
      inputs: [image(5, 6), weight(1)],
      attributes: convAttributes({ strides: [2, 2] }),
    },
    "strides beyond the kernel": { inputs: [image(7, 7), weight(1)], attributes: convAttributes({ strides: [3, 3] }) },
    "more padding at one end": {
      inputs: [image(4, 4), weight(3)],
      attributes: convAttributes({ pads: [2, 0, 0, 1], strides: [2, 1] }),
    },
    "dilated kernels": {
      inputs: [image(6, 5), weight(2)],
      attributes: convAttributes({ dilations: [3, 2], pads: [1, 1, 1, 1] }),
    },
    "a stem's large kernel, stride 2 and padding 3": {
      inputs: [
        { type: "float32", shape: [1, 1, 8, 9], kind: "any" } as const,
        { type: "float32", shape: [2, 1, 7, 7], kind: "any" } as const,
      ],
      attributes: convAttributes({ strides: [2, 2], pads: [3, 3, 3, 3] }),
    },
    "a group a channel": {
      inputs: [image(4, 4), weight(3, 1)],
      attributes: convAttributes({ group: 2, pads: [1, 1, 1, 1] }),
    },
  };
  for (const [name, drawn] of Object.entries(shapes)) {
    test(`agrees with central differences in every form: ${name}`, () => {
      for (const forms of allForms) {
        const conv = written("Conv", drawn, 3);
        expectOperatorGradient(conv, [conv.inputs[0]!, conv.inputs[1]!], profileOf(forms));
      }
    });
  }

  test("takes the form that the profile asks for", () => {
    const operators = (forms: Forms): Op[] => {
      const conv = written(
        "Conv",
        { inputs: [image(4, 4), weight(3)], attributes: convAttributes({ pads: [1, 1, 1, 1] }) },
        1,
      );
      expectOperatorGradient(conv, [conv.inputs[0]!, conv.inputs[1]!], profileOf(forms));
      return conv.builder.nodes.map(({ op }) => op);
    };
    const count = (ops: readonly Op[], op: Op) => ops.filter((found) => found === op).length;
    const shifted = operators({ input: "transposed", weight: "shifted", hasFusedMatMul: true });
    expect([count(shifted, "ConvTranspose"), count(shifted, "FusedMatMul"), count(shifted, "Conv")]).toEqual([1, 9, 1]);
    const flipped = operators({ input: "flipped", weight: "shifted", hasFusedMatMul: true });
    expect([count(flipped, "ConvTranspose"), count(flipped, "FusedMatMul"), count(flipped, "Conv")]).toEqual([0, 9, 2]);
    const swapped = operators({ input: "flipped", weight: "swapped", hasFusedMatMul: false });
    expect([count(swapped, "ConvTranspose"), count(swapped, "FusedMatMul"), count(swapped, "Conv")]).toEqual([0, 0, 3]);
  });
});

describe("The gradient of ConvTranspose", () => {
  for (const hasFusedMatMul of bools) {
    for (const weight of weightForms) {
      test(`agrees with central differences: ${weight}, ${product(hasFusedMatMul)}`, () => {
        const profile = profileOf({ input: "transposed", weight, hasFusedMatMul });
        expectRule("ConvTranspose", convTransposeCase, { profile, runs: 25 });
        expect(profile.asked.weight).toBeGreaterThan(5);
      });
    }
  }
});

describe("The CPU's profile", () => {
  const sizes = fc.integer({ min: 1, max: 512 });
  const kernels = fc.integer({ min: 1, max: 7 });
  const shape = fc.record({
    batch: sizes,
    group: fc.integer({ min: 1, max: 4 }),
    inChannels: sizes,
    outChannels: sizes,
    kernel: fc.tuple(kernels, kernels),
    stride: fc.tuple(kernels, kernels),
    outHeight: sizes,
    outWidth: sizes,
    isFlippable: fc.boolean(),
  });

  test("asks only for forms that are possible", () => {
    fc.assert(
      fc.property(shape, (conv) => {
        if (!conv.isFlippable) expect(cpuProfile.inputGradient(conv)).toBe("transposed");
        if (conv.group > 1) expect(cpuProfile.weightGradient(conv)).toBe("shifted");
      }),
      { seed: 5 },
    );
  });
});
