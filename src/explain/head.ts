/** The graphs of a network's head: what it says of pooled features, and what its logits owe to each of them. */
import { writeGradients } from "../engine/grad/gradients.ts";
import { type GraphBuilder, openGraph } from "../engine/graph/builder.ts";
import { floatTensor, type Graph, type Value } from "../engine/graph/graph.ts";
import type { DeviceProfile } from "../engine/graph/profile.ts";
import type { ExplainedNetwork, OpenedGraph } from "./explained.ts";
import { guidedRelu } from "./guided.ts";

/** Log-odds are their difference, positive less negative. */
export type Logits = readonly [negative: number, positive: number];

/** How many rows of pooled features are decided on at once. */
const rowsAtOnce = 64;

/** Reads `pooled` [{@link rowsAtOnce}, features], gives `logits` [the same, 2]. */
export function headGraph({ writeHead }: ExplainedNetwork, features: number): Graph {
  const g = openGraph();
  return g.finish("head", { logits: writeHead(g, g.input("pooled", "float32", [rowsAtOnce, features])) });
}

/** What a {@link headGraph} says of any number of rows. */
export async function decided(run: OpenedGraph["run"], rows: readonly Float32Array[]): Promise<Logits[]> {
  const answers: Logits[] = [];
  for (let start = 0; start < rows.length; start += rowsAtOnce) {
    const some = rows.slice(start, start + rowsAtOnce);
    const features = some[0]!.length;
    // Rows beyond the last stay zeros, and what is said of them is not read.
    const pooled = floatTensor([rowsAtOnce, features]);
    some.forEach((row, i) => {
      pooled.data.set(row, i * features);
    });
    const { logits } = await run({ pooled });
    for (let i = 0; i < some.length; i++) answers.push([logits!.data[2 * i]!, logits!.data[2 * i + 1]!]);
  }
  return answers;
}

/**
 * Reads `pooled` [1, features] and gives gradients by them [1, features]: of each logit, `gradient/0` and `gradient/1`, and `guided`, the
 * chosen class's as guided backpropagation has it, whose rule holds in the head too.
 */
export function headGradientGraph(
  { writeHead }: ExplainedNetwork,
  features: number,
  { class: chosen, profile }: { readonly class: 0 | 1; readonly profile: DeviceProfile },
): Graph {
  const g = openGraph();
  const pooled = g.input("pooled", "float32", [1, features]);
  const logits = writeHead(g, pooled);
  const logit = (which: number) => scalar(g, logits, which);
  const by = [pooled];
  return g.finish("head gradient", {
    "gradient/0": writeGradients(g, { of: logit(0), by, profile })[0]!,
    "gradient/1": writeGradients(g, { of: logit(1), by, profile })[0]!,
    guided: writeGradients(g, { of: logit(chosen), by, profile, instead: { Relu: guidedRelu } })[0]!,
  });
}

function scalar(g: GraphBuilder, logits: Value, which: number): Value {
  const one = g.one("Slice", [logits], { axes: [1], starts: [which], ends: [which + 1], steps: [1] });
  return g.one("Reshape", [one], { shape: [] });
}
