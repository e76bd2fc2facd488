/**
 * The operators that the engine knows: ONNX's names, ONNX's meaning (opset 18), and nothing beside them.
 *
 * This table of types is where a new operator starts. Shape functions (`shapes.ts`), gradient rules (`../grad`),
 * the float64 evaluator (`evaluate.ts`) and the file format (`bytes.ts`) are tables total over its keys, so an
 * operator that one of them has not learnt does not compile. Shapes are written with the axis names
 * [batch, channels, height, width].
 */
export type Pair = readonly [number, number];
/** Begin of height, begin of width, end of height, end of width. */
export type Pads = readonly [number, number, number, number];

interface Reduction {
  readonly axes: readonly number[];
  readonly keepdims: boolean;
}

/** What a convolution is told; ONNX's names and meaning. */
export interface ConvAttributes {
  readonly strides: Pair;
  readonly pads: Pads;
  readonly dilations: Pair;
  readonly group: number;
}

/** Every operator, with its attributes. */
export interface OpAttributes {
  // Element by element, one input.
  readonly Identity: object;
  readonly Neg: object;
  readonly Exp: object;
  readonly Sqrt: object;
  readonly Reciprocal: object;
  readonly Relu: object;
  /** −1, 0 or 1. */
  readonly Sign: object;
  readonly Cast: { readonly to: "float32" | "float64" | "int64" | "bool" };

  // Element by element, two or three inputs, with broadcasting.
  readonly Add: object;
  readonly Sub: object;
  readonly Mul: object;
  readonly Div: object;
  readonly Greater: object;
  readonly Equal: object;
  /** Condition, then, else. */
  readonly Where: object;

  // Products.
  readonly MatMul: object;
  /** alpha · A' · B' + beta · C, with C [n] or [m, n] or left out. */
  readonly Gemm: { readonly transA: boolean; readonly transB: boolean };
  /** MatMul of batches of matrices, each read as its transpose if asked: an operator of ONNX Runtime, on its CPU. */
  readonly FusedMatMul: { readonly transA: boolean; readonly transB: boolean };

  // Convolutions and pooling: [batch, channels, height, width].
  /** Image, weight [out, in / group, kernel, kernel], and a bias [out] or none. */
  readonly Conv: ConvAttributes;
  /** Image, weight [in, out / group, kernel, kernel]. */
  readonly ConvTranspose: ConvAttributes & { readonly outputPadding: Pair };
  /** Outputs the maximum and, if two outputs are asked for, its flat index in the whole input. */
  readonly MaxPool: { readonly kernelShape: Pair; readonly strides: Pair; readonly pads: Pads };
  readonly GlobalAveragePool: object;
  readonly GlobalMaxPool: object;
  /**
   * Image, scale, bias, mean, variance. In training mode the batch's own mean and (biased) variance are used, and
   * outputs two and three are momentum · old + (1 − momentum) · new.
   */
  readonly BatchNormalization: { readonly epsilon: number; readonly momentum: number; readonly trainingMode: boolean };

  // Along axes.
  readonly ReduceSum: Reduction;
  readonly ReduceMean: Reduction;
  readonly ReduceMax: Reduction;
  readonly Softmax: { readonly axis: number };
  readonly LogSoftmax: { readonly axis: number };

  // Moving numbers about.
  /** 0 keeps the input's length at that place, −1 is what is left. */
  readonly Reshape: { readonly shape: readonly number[] };
  readonly Transpose: { readonly perm: readonly number[] };
  readonly Slice: {
    readonly axes: readonly number[];
    readonly starts: readonly number[];
    readonly ends: readonly number[];
    readonly steps: readonly number[];
  };
  readonly Concat: { readonly axis: number };
  /** Zeros around: all begins, then all ends. */
  readonly Pad: { readonly pads: readonly number[] };
  readonly Expand: { readonly shape: readonly number[] };
  /** Data, places along the axis, and what to add there; equal places add up. */
  readonly ScatterElements: { readonly axis: number; readonly reduction: "add" };
  /** [n] whole numbers to [n, depth], 1 at each number's place. */
  readonly OneHot: { readonly depth: number };
}

/** The name of an operator, as ONNX spells it. */
export type Op = keyof OpAttributes;
