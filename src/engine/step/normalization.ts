/** The first thing that a network does with grey values. */
import type { GraphBuilder } from "../graph/builder.ts";
import type { Value } from "../graph/graph.ts";

/** The network sees (grey − offset) / scale, a number of each a stain. */
export interface Normalization {
  readonly offset: readonly number[];
  readonly scale: readonly number[];
}

/** Writes (image − offset) / scale; the image itself if nothing is to be done. */
export function normalized(g: GraphBuilder, image: Value, normalization: Normalization | undefined): Value {
  if (!normalization) return image;
  const column = (numbers: readonly number[]) => g.constant(Float32Array.from(numbers), [1, numbers.length, 1, 1]);
  return g.one("Div", [g.one("Sub", [image, column(normalization.offset)]), column(normalization.scale)]);
}
