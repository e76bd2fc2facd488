/**
 * What a device can do and what is fast on it: lowering a step to a graph asks here, never the device itself.
 *
 * A profile is data, so the same network can be lowered for a machine that is not at hand.
 */
export interface DeviceProfile {
  readonly name: string;
  /** ONNX Runtime's `FusedMatMul`: a product that reads a matrix as its transpose without turning it. */
  readonly hasFusedMatMul: boolean;
  /** `MaxPool` gives the places of its maxima, and `ScatterElements` adds there. */
  readonly hasPoolIndices: boolean;
  /** The fastest form of a convolution's gradient, by shape. */
  readonly inputGradient: (shape: ConvShape) => InputGradientForm;
  readonly weightGradient: (shape: ConvShape) => WeightGradientForm;
}

/** The numbers that decide which form is fast. */
export interface ConvShape {
  readonly batch: number;
  readonly group: number;
  readonly inChannels: number;
  readonly outChannels: number;
  readonly kernel: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly outHeight: number;
  readonly outWidth: number;
  /** Whether the `flipped` form is possible: stride 1, one group, no more padding than the kernel reaches. */
  readonly isFlippable: boolean;
}

/**
 * `transposed`: a ConvTranspose. `flipped`: a Conv of the output's gradient with the weight turned by 180° and its two
 * channel axes swapped.
 */
export type InputGradientForm = "transposed" | "flipped";

/**
 * `shifted`: a matrix product for each place of the kernel. `columns`: one product over all places side by side.
 * `swapped`: a Conv in which batch and channels change places.
 */
export type WeightGradientForm = "shifted" | "columns" | "swapped";

/**
 * ONNX Runtime's CPU provider. Where the forms change over was measured by `npm run bench -- forms` on two cores with
 * AVX-512: on images a product over columns wins except for the first layer, whose few input channels make a short
 * swapped convolution.
 */
export const cpuProfile: DeviceProfile = {
  name: "cpu",
  hasFusedMatMul: true,
  hasPoolIndices: true,
  inputGradient: ({ isFlippable }) => (isFlippable ? "flipped" : "transposed"),
  weightGradient: ({ group, inChannels, kernel }) => {
    if (group > 1) return "shifted";
    return inChannels * kernel[0] * kernel[1] <= 64 ? "swapped" : "columns";
  },
};
