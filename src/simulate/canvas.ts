/**
 * Where light is gathered: an image of float values a stain, and strokes.
 *
 * A stroke is one structure, such as a neuron with its dendrites. Within a stroke the brighter value stands, so that
 * pieces join without a seam; strokes add up, as light does where structures cross.
 */
import { type PerStain, stains } from "./conditions.ts";

export interface Canvas {
  /** Pixels along a side. */
  readonly size: number;
  /** Pixels a µm. */
  readonly scale: number;
  /** Light a stain, in units of its typical signal. */
  readonly light: readonly Float32Array[];
  readonly stroke: Stroke;
}

/** The structure that is being drawn: its values, and the pixels where they are not 0. */
export interface Stroke {
  readonly values: Float32Array;
  readonly touched: Int32Array;
  count: number;
}

export function createCanvas(size: number, pixelSizeMicrometres: number): Canvas {
  return {
    size,
    scale: 1 / pixelSizeMicrometres,
    light: stains.map(() => new Float32Array(size * size)),
    stroke: { values: new Float32Array(size * size), touched: new Int32Array(size * size), count: 0 },
  };
}

/** Raises a pixel of the stroke to `value`, above 0, if it is lower. */
export function raise(stroke: Stroke, pixel: number, value: number): void {
  const before = stroke.values[pixel]!;
  if (value <= before) return;
  if (before === 0) stroke.touched[stroke.count++] = pixel;
  stroke.values[pixel] = value;
}

/** Where and from which value on a stroke writes a label. */
export interface Label {
  readonly pixels: Uint16Array;
  readonly value: number;
  readonly from: number;
}

/** Adds the stroke to each stain with that stain's weight; the stroke stays. */
export function addStroke({ light, stroke }: Canvas, weights: PerStain): void {
  const { values, touched, count } = stroke;
  for (let stain = 0; stain < light.length; stain++) {
    const weight = weights[stain]!;
    if (weight === 0) continue;
    const image = light[stain]!;
    for (let i = 0; i < count; i++) image[touched[i]!]! += weight * values[touched[i]!]!;
  }
}

/** Writes the label wherever the stroke is bright enough; the stroke stays. */
export function labelStroke({ stroke: { values, touched, count } }: Canvas, { pixels, value, from }: Label): void {
  for (let i = 0; i < count; i++) if (values[touched[i]!]! >= from) pixels[touched[i]!] = value;
}

/** Ends the stroke: adds it, labels it if a label is given, and clears it. */
export function finishStroke(canvas: Canvas, weights: PerStain, label: Label | null = null): void {
  addStroke(canvas, weights);
  if (label !== null) labelStroke(canvas, label);
  const { stroke } = canvas;
  for (let i = 0; i < stroke.count; i++) stroke.values[stroke.touched[i]!] = 0;
  stroke.count = 0;
}
