/**
 * A network as rows: what each layer does, gives, learns and costs.
 *
 * Read from the graph itself, so that what is told is what runs. A row is a layer that learns or changes the shape; the
 * normalisation, ReLU and addition that follow one stand in its row.
 */
import { openGraph } from "../graph/builder.ts";
import { elementCount, fixedShape, type Node, type Value } from "../graph/graph.ts";
import { graphValues } from "../graph/live.ts";
import type { OpAttributes } from "../graph/operators.ts";
import { type NetworkSpec, weightSpecs, writeNetwork } from "./networks.ts";

/** A layer of a network. */
export interface LayerRow {
  /** torchvision's name: `layer1.0.conv1`; null where the layer has no weights. */
  readonly name: string | null;
  /** The branch of `separate` in which it stands, counted from zero; null outside of one. */
  readonly branch: number | null;
  /** `conv 3×3 /2, norm, relu`. */
  readonly what: string;
  /** What it gives for one field: [channels, height, width], or [features]. */
  readonly shape: readonly number[];
  /** Numbers that are learnt. */
  readonly parameters: number;
  /** Multiplications with an addition of convolutions and linear layers, for one field. */
  readonly multiplyAdds: number;
}

/** A network in rows, with their sums. */
export interface NetworkRows {
  readonly layers: readonly LayerRow[];
  readonly parameters: number;
  readonly multiplyAdds: number;
}

type MutableRow = { -readonly [K in keyof LayerRow]: LayerRow[K] };

/** The rows of a network over fields of `height` × `width` pixels. */
export function describeNetwork(spec: NetworkSpec, { height, width }: { height: number; width: number }): NetworkRows {
  const g = openGraph();
  const weight = (name: string, shape: readonly number[]) => g.input(name, "float32", shape);
  const { logits, features } = writeNetwork(
    g,
    { parameter: weight, running: weight, usesBatchStatistics: () => false, observe: () => {} },
    g.input("image", "float32", [1, spec.stains, height, width]),
    spec,
  );
  const graph = g.finish("network", { logits, features });
  const values = graphValues(graph);
  const learnt = new Set(weightSpecs(spec).flatMap(({ kind, name }) => (kind === "parameter" ? [name] : [])));
  const layers: MutableRow[] = [];
  /** The row that a value comes from. */
  const rowOf = new Map<string, MutableRow>();
  for (const node of graph.nodes) {
    const [source] = node.inputs;
    const [output] = node.outputs as readonly [string];
    const before = rowOf.get(source!);
    const what = wordsFor(node, values, learnt);
    if (what === null) {
      // A reshape or a slice tells nothing; what follows it belongs to what came before.
      if (before) rowOf.set(output, before);
      continue;
    }
    const own = node.inputs.filter((name) => learnt.has(name));
    const parameters = own.reduce((sum, name) => sum + elementCount(fixedShape(values.get(name)!)), 0);
    if (before && follows(node)) {
      before.what += `, ${what}`;
      before.parameters += parameters;
      rowOf.set(output, before);
      continue;
    }
    const name = own[0]?.replace(/\.weight$/, "") ?? null;
    const row: MutableRow = {
      name,
      branch: node.op === "Concat" ? null : (branchOf(name) ?? (name === null ? (before?.branch ?? null) : null)),
      what,
      shape: fixedShape(values.get(output)!).slice(1),
      parameters,
      multiplyAdds: multiplyAdds(node, values),
    };
    layers.push(row);
    rowOf.set(output, row);
  }
  const sum = (key: "parameters" | "multiplyAdds") => layers.reduce((total, row) => total + row[key], 0);
  return { layers: layers.map(pooledShape), parameters: sum("parameters"), multiplyAdds: sum("multiplyAdds") };
}

function follows({ op }: Node): boolean {
  return op === "BatchNormalization" || op === "Relu" || op === "Add";
}

/** What an operator does, in words; null for what only moves numbers about. */
function wordsFor(node: Node, values: ReadonlyMap<string, Value>, learnt: ReadonlySet<string>): string | null {
  switch (node.op) {
    case "Conv": {
      if (!learnt.has(node.inputs[1]!)) return "stains into three colours";
      const [, , height, width] = fixedShape(values.get(node.inputs[1]!)!);
      return `conv ${height}×${width}${byStride((node.attributes as OpAttributes["Conv"]).strides)}`;
    }
    case "MaxPool": {
      const { kernelShape, strides } = node.attributes as OpAttributes["MaxPool"];
      return `max pool ${kernelShape.join("×")}${byStride(strides)}`;
    }
    case "BatchNormalization":
      return "norm";
    case "Relu":
      return "relu";
    case "Add":
      return "add";
    case "Gemm":
      return "linear";
    case "GlobalAveragePool":
      return "mean of pixels";
    case "GlobalMaxPool":
      return "largest of pixels";
    case "ReduceSum":
      return "sum of stains";
    case "Concat":
      return "side by side";
    case "Slice":
    case "Reshape":
    case "Identity":
      return null;
    default:
      throw new Error(`unreachable: a network with ${node.op}`);
  }
}

function byStride([stride]: readonly number[]): string {
  return stride === 1 ? "" : ` /${stride}`;
}

function branchOf(name: string | null): number | null {
  const [, branch] = /^branch\.(\d+)\./.exec(name ?? "") ?? [];
  return branch === undefined ? null : Number(branch);
}

/** A pooled feature map of one pixel is a vector. */
function pooledShape(row: MutableRow): LayerRow {
  const [channels, height, width] = row.shape;
  return row.name === null && height === 1 && width === 1 ? { ...row, shape: [channels!] } : row;
}

/** As torchvision counts: what a convolution or a linear layer multiplies; the rest is small beside it. */
function multiplyAdds({ op, inputs, outputs }: Node, values: ReadonlyMap<string, Value>): number {
  if (op !== "Conv" && op !== "Gemm") return 0;
  const given = elementCount(fixedShape(values.get(outputs[0]!)!));
  const [, ...inner] = fixedShape(values.get(inputs[1]!)!);
  return given * elementCount(inner);
}
