/**
 * What a device can do and what is fast on it: lowering a step to a graph asks here, never the device itself.
 *
 * A profile is data, so the same network can be lowered for a machine that is not at hand.
 */
export interface DeviceProfile {
  readonly name: string;
  /** ONNX Runtime's `FusedMatMul`: a product that reads a matrix as its transpose without turning it. */
  readonly hasFusedMatMul: boolean;
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
 * `shifted`: a matrix product for each place of the kernel. `swapped`: a Conv in which batch and channels change places.
 */
export type WeightGradientForm = "shifted" | "swapped";

/**
 * ONNX Runtime's CPU provider. The forms were measured by `npm run bench -- forms` on two cores with AVX-512: matrix products
 * win wherever there are channels enough to fill them; a first layer's few stains do not, and a swapped Conv takes a
 * third of the time there.
 */
export const cpuProfile: DeviceProfile = {
  name: "cpu",
  hasFusedMatMul: true,
  // Turning the weights pays where there are more pixels than channels to turn them for.
  inputGradient: ({ isFlippable, batch, outHeight, outWidth, outChannels }) =>
    isFlippable && batch * outHeight * outWidth >= outChannels ? "flipped" : "transposed",
  weightGradient: ({ group, inChannels }) => (group === 1 && inChannels <= 8 ? "swapped" : "shifted"),
};
