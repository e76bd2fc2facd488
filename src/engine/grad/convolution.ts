/**
 * Gradients of convolutions. A convolution is linear in the image and in the weight, so each gradient is again a
 * convolution or a matrix product; which way of writing it is fast depends on the shape, and the device's profile
 * says which one to take.
 *
 * Shapes: image x [batch, in, height, width], weight w [out, in / group, kernel, kernel],
 * gradient dy [batch, out, outHeight, outWidth].
 */
import type { GraphBuilder } from "../graph/builder.ts";
import { fixedShape, type Value } from "../graph/graph.ts";
import type { ConvAttributes, Pads } from "../graph/operators.ts";
import type { ConvShape, DeviceProfile } from "../graph/profile.ts";
import type { GradientRule } from "./rule.ts";

export const convGradient: GradientRule<"Conv"> = ({ inputs: [x, w, bias], attributes, needs, profile }, dy, g) => [
  needs[0] ? inputGradient(g, { x: x!, w: w!, dy, attributes, profile }) : undefined,
  needs[1] ? weightGradient(g, { x: x!, w: w!, dy, attributes, profile }) : undefined,
  bias && needs[2] ? g.one("ReduceSum", [dy], { axes: [0, 2, 3], keepdims: false }) : undefined,
];

/** ConvTranspose is Conv read backwards, so its gradients are Conv's with image and output in each other's place. */
export const convTransposeGradient: GradientRule<"ConvTranspose"> = (
  { inputs: [x, w], attributes, needs, profile },
  dy,
  g,
) => {
  const { outputPadding: _, ...convolution } = attributes;
  return [
    needs[0] ? g.one("Conv", [dy, w], convolution) : undefined,
    needs[1] ? weightGradient(g, { x: dy, w: w!, dy: x!, attributes: convolution, profile }) : undefined,
  ];
};

interface ConvSite {
  readonly x: Value;
  readonly w: Value;
  readonly dy: Value;
  readonly attributes: ConvAttributes;
  readonly profile: DeviceProfile;
}

function inputGradient(g: GraphBuilder, { x, w, dy, attributes, profile }: ConvSite): Value {
  const form = profile.inputGradient(convShape(x, w, dy, attributes));
  if (form === "flipped") return g.one("Conv", [dy, flipped(g, w)], flippedAttributes(w, attributes));
  const { strides, pads, dilations } = attributes;
  const [, , height, width] = fixedShape(x) as [number, number, number, number];
  const [, , outHeight, outWidth] = fixedShape(dy) as [number, number, number, number];
  const [, , kh, kw] = fixedShape(w) as [number, number, number, number];
  // Rows and columns of the image that no window reached, fewer than a stride: their gradient is 0.
  const unreached = (length: number, places: number, axis: 0 | 1, k: number) =>
    length - ((places - 1) * strides[axis] + (k - 1) * dilations[axis] + 1 - pads[axis] - pads[axis + 2]!);
  const outputPadding = [unreached(height, outHeight, 0, kh), unreached(width, outWidth, 1, kw)] as const;
  return g.one("ConvTranspose", [dy, w], { ...attributes, outputPadding });
}

/**
 * The weight turned by 180° with its channel axes swapped: [in, out, kernel, kernel]. Turning is a product with the
 * matrix that reverses the kernel's places; a Slice with negative steps takes longer on ONNX Runtime's CPU.
 */
function flipped(g: GraphBuilder, w: Value): Value {
  const [out, inner, kh, kw] = fixedShape(w) as [number, number, number, number];
  const places = kh * kw;
  if (places === 1) return g.one("Transpose", [w], { perm: [1, 0, 2, 3] });
  const reversal = new Float32Array(places * places);
  for (let i = 0; i < places; i++) reversal[i * places + places - 1 - i] = 1;
  const rows = g.one("Reshape", [w], { shape: [out * inner, places] });
  const turned = g.one("MatMul", [rows, g.constant(reversal, [places, places])]);
  const swapped = g.one("Transpose", [g.one("Reshape", [turned], { shape: [out, inner, places] })], {
    perm: [1, 0, 2],
  });
  return g.one("Reshape", [swapped], { shape: [inner, out, kh, kw] });
}

function flippedAttributes(w: Value, { pads, dilations }: ConvAttributes): ConvAttributes {
  const [, , kh, kw] = fixedShape(w) as [number, number, number, number];
  const [reachDown, reachAcross] = [(kh - 1) * dilations[0], (kw - 1) * dilations[1]];
  const turned: Pads = [reachDown - pads[0], reachAcross - pads[1], reachDown - pads[2], reachAcross - pads[3]];
  return { strides: [1, 1], pads: turned, dilations, group: 1 };
}

function weightGradient(g: GraphBuilder, site: ConvSite): Value {
  const { x, w, dy, attributes, profile } = site;
  switch (profile.weightGradient(convShape(x, w, dy, attributes))) {
    case "swapped":
      return weightGradientBySwapping(g, site);
    case "shifted":
      return weightGradientByShifts(g, site);
  }
}

/**
 * For each place of the kernel, dy times the image as that place met it: the general form. Batch and pixels are one
 * axis, so that the product sums over items too.
 */
function weightGradientByShifts(g: GraphBuilder, { x, w, dy, attributes, profile }: ConvSite): Value {
  const { group } = attributes;
  const [batch, channels] = fixedShape(x) as [number, number];
  const [out, inner, kh, kw] = fixedShape(w) as [number, number, number, number];
  const length = batch * pixelCount(dy);
  const rows = (value: Value, count: number) =>
    g.one("Reshape", [value], { shape: group === 1 ? [count, length] : [group, count / group, length] });
  const errors = rows(swapped(g, dy), out);
  const products = views(g, swapped(g, x), w, dy, attributes).map((view) => {
    const product = timesTransposed(g, errors, rows(view, channels), profile);
    return g.one("Reshape", [product], { shape: [out * inner, 1] });
  });
  const all = products.length === 1 ? products[0]! : g.one("Concat", products, { axis: 1 });
  return g.one("Reshape", [all], { shape: [out, inner, kh, kw] });
}

/** A Conv whose image is x with batch and channels swapped and whose kernel is dy likewise; stride becomes dilation. */
function weightGradientBySwapping(g: GraphBuilder, { x, w, dy, attributes }: ConvSite): Value {
  const { strides, pads, dilations } = attributes;
  const [, , kh, kw] = fixedShape(w) as [number, number, number, number];
  const wide = g.one("Conv", [swapped(g, x), swapped(g, dy)], {
    strides: dilations,
    dilations: strides,
    pads,
    group: 1,
  });
  // Where windows left rows of the image unread, the swapped convolution finds room for more places than the kernel has.
  const product = g.one("Slice", [wide], { axes: [2, 3], starts: [0, 0], ends: [kh, kw], steps: [1, 1] });
  return swapped(g, product);
}

/** For each place of the kernel, row by row: the part of the image that it met, [.., .., outHeight, outWidth]. */
function views(g: GraphBuilder, x: Value, w: Value, dy: Value, { strides, pads, dilations }: ConvAttributes): Value[] {
  const [, , kh, kw] = fixedShape(w) as [number, number, number, number];
  const [, , outHeight, outWidth] = fixedShape(dy) as [number, number, number, number];
  const isPadded = pads.some((pad) => pad > 0);
  const image = isPadded ? g.one("Pad", [x], { pads: [0, 0, pads[0], pads[1], 0, 0, pads[2], pads[3]] }) : x;
  if (kh * kw === 1 && strides[0] === 1 && strides[1] === 1) return [image];
  const [, , height, width] = fixedShape(x) as [number, number, number, number];
  const isWhole = strides[0] === 1 && strides[1] === 1 && outHeight === height && outWidth === width;
  const found: Value[] = [];
  for (let i = 0; i < kh; i++) {
    for (let j = 0; j < kw; j++) {
      // The kernel's centre, where it meets the image as it is: nothing to cut out of what was padded around it.
      if (isWhole && i * dilations[0] === pads[0] && j * dilations[1] === pads[1]) {
        found.push(x);
        continue;
      }
      const starts = [i * dilations[0], j * dilations[1]];
      const ends = [starts[0]! + (outHeight - 1) * strides[0] + 1, starts[1]! + (outWidth - 1) * strides[1] + 1];
      found.push(g.one("Slice", [image], { axes: [2, 3], starts, ends, steps: strides }));
    }
  }
  return found;
}

/** a · bᵀ over the last two axes. */
function timesTransposed(g: GraphBuilder, a: Value, b: Value, profile: DeviceProfile): Value {
  if (profile.hasFusedMatMul) return g.one("FusedMatMul", [a, b], { transA: false, transB: true });
  const axes = b.shape.map((_, axis) => axis);
  return g.one("MatMul", [
    a,
    g.one("Transpose", [b], { perm: [...axes.slice(0, -2), axes.length - 1, axes.length - 2] }),
  ]);
}

/** The first two axes in each other's place. */
function swapped(g: GraphBuilder, x: Value): Value {
  return g.one("Transpose", [x], { perm: [1, 0, 2, 3] });
}

function pixelCount(y: Value): number {
  const [, , height, width] = fixedShape(y) as [number, number, number, number];
  return height * width;
}

function convShape(x: Value, w: Value, dy: Value, { strides, pads, dilations, group }: ConvAttributes): ConvShape {
  const [batch, inChannels] = fixedShape(x) as [number, number];
  const [outChannels, , kh, kw] = fixedShape(w) as [number, number, number, number];
  const [, , outHeight, outWidth] = fixedShape(dy) as [number, number, number, number];
  const isFlippable =
    group === 1 &&
    strides[0] === 1 &&
    strides[1] === 1 &&
    pads.every((pad, i) => pad <= ([kh, kw][i % 2]! - 1) * dilations[(i % 2) as 0 | 1]);
  return { batch, group, inChannels, outChannels, kernel: [kh, kw], stride: strides, outHeight, outWidth, isFlippable };
}
