/**
 * Writes a graph node by node, knowing every shape at once.
 *
 * `openGraph` gives an empty sheet. `one` and `all` put an operator on it and answer with what it will give;
 * `finish` takes the sheet away as plain data, without the nodes that no output needs.
 */
import {
  type Dimension,
  type ElementType,
  elementCount,
  floatTensor,
  type Graph,
  type Node,
  type Tensor,
  type Value,
} from "./graph.ts";
import type { Op, OpAttributes } from "./operators.ts";
import { inferOutcomes } from "./shapes.ts";

type Input = Value | undefined;
/** Attributes may be left out where the operator has none. */
type Attributes<K extends Op> = object extends OpAttributes[K] ? [] : [attributes: OpAttributes[K]];

/** A graph that is being written; {@link openGraph} gives an empty one. */
export interface GraphBuilder {
  /** The nodes so far, in the order in which they were written. */
  readonly nodes: readonly Node[];
  /** Declares an input of the graph. */
  input(name: string, type: ElementType, shape: readonly Dimension[]): Value;
  /** Declares a tensor that the graph brings along. */
  initializer(name: string, tensor: Tensor): Value;
  /** A float32 constant: a number (a scalar), or numbers in a shape. Equal scalars are kept once. */
  constant(numbers: number | Float32Array, shape?: readonly number[]): Value;
  /** A float64 scalar, for the few places where float32 would lose what matters. */
  constant64(number: number): Value;
  /** Adds an operator and gives its first output. */
  one<K extends Op>(op: K, inputs: readonly Input[], ...attributes: Attributes<K>): Value;
  /** Adds an operator and gives all its outputs. */
  all<K extends Op>(op: K, inputs: readonly Input[], ...attributes: Attributes<K>): readonly Value[];
  /** What is known of the value with this name. @throws an Error if there is none */
  value(name: string): Value;
  /** Everything that the outputs need, and nothing else. The keys are the outputs' names. */
  finish(name: string, outputs: Readonly<Record<string, Value>>, metadata?: Readonly<Record<string, string>>): Graph;
}

/** Opens an empty graph. */
export function openGraph(): GraphBuilder {
  const nodes: Node[] = [];
  const inputs: Value[] = [];
  const initializers = new Map<string, Tensor>();
  const values = new Map<string, Value>();
  const scalars = new Map<number, Value>();

  const remember = (value: Value): Value => {
    if (values.has(value.name)) throw new Error(`unreachable: two values are called ${value.name}`);
    values.set(value.name, value);
    return value;
  };

  const all = <K extends Op>(op: K, given: readonly Input[], ...[attributes]: Attributes<K>): readonly Value[] => {
    // `attributes` is absent only where the operator's type is the empty object.
    const settled = (attributes ?? {}) as OpAttributes[K];
    const outputs = inferOutcomes(op, given, settled).map((outcome, i) =>
      remember({ name: `${op}_${nodes.length}${i > 0 ? `_${i}` : ""}`, ...outcome }),
    );
    nodes.push({
      op,
      inputs: given.map((value) => value?.name ?? ""),
      outputs: outputs.map(({ name }) => name),
      attributes: settled,
    });
    return outputs;
  };

  const builder: GraphBuilder = {
    nodes,
    all,
    one: (op, given, ...attributes) => all(op, given, ...attributes)[0]!,
    input(name, type, shape) {
      const value = remember({ name, type, shape });
      inputs.push(value);
      return value;
    },
    initializer(name, tensor) {
      initializers.set(name, tensor);
      // An initialiser under an input's name is that input's default.
      return values.get(name) ?? remember({ name, type: tensor.type, shape: tensor.shape });
    },
    constant(numbers, shape = []) {
      if (typeof numbers !== "number") {
        return builder.initializer(`constant_${initializers.size}`, floatTensor(shape, numbers));
      }
      const known = elementCount(shape) === 1 && shape.length === 0 ? scalars.get(numbers) : undefined;
      if (known) return known;
      const data = new Float32Array(elementCount(shape)).fill(numbers);
      const value = builder.initializer(`constant_${initializers.size}`, floatTensor(shape, data));
      if (shape.length === 0) scalars.set(numbers, value);
      return value;
    },
    constant64: (number) =>
      builder.initializer(`constant_${initializers.size}`, {
        type: "float64",
        shape: [],
        data: Float64Array.of(number),
      }),
    value(name) {
      const value = values.get(name);
      if (!value) throw new Error(`unreachable: no value is called ${name}`);
      return value;
    },
    finish(name, outputs, metadata = {}) {
      for (const output of Object.keys(outputs)) {
        if (values.has(output)) throw new Error(`unreachable: ${output} names an output and another value`);
      }
      // ONNX names an output by the value that it is, so each gets a node of its own under the name asked for.
      const named = Object.entries(outputs).map(([output, value]): [Value, Node] => [
        { ...value, name: output },
        { op: "Identity", inputs: [value.name], outputs: [output], attributes: {} },
      ]);
      const written = renamed([...nodes], named);
      const kept = trimmed(needed(written, Object.keys(outputs)), Object.keys(outputs));
      const read = new Set(kept.flatMap((node) => node.inputs));
      return {
        name,
        inputs: inputs.filter((input) => read.has(input.name)),
        outputs: named.map(([value]) => value),
        nodes: kept,
        initializers: new Map([...initializers].filter(([key]) => read.has(key))),
        metadata,
      };
    },
  };
  return builder;
}

/** Gives an output's name to the node that writes it, where that node exists and no other output claimed it; else copies. */
function renamed(nodes: Node[], outputs: readonly [Value, Node][]): Node[] {
  const written = new Set(nodes.flatMap((node) => node.outputs));
  const names = new Map<string, string>();
  const copies: Node[] = [];
  for (const [{ name }, copy] of outputs) {
    const source = copy.inputs[0]!;
    if (written.has(source) && !names.has(source)) names.set(source, name);
    else copies.push(copy);
  }
  const rename = (name: string) => names.get(name) ?? name;
  return [...nodes, ...copies].map((node) => ({
    ...node,
    inputs: node.inputs.map(rename),
    outputs: node.outputs.map(rename),
  }));
}

/** Leaves out the places of maxima where nobody reads them: pooling that need not keep them is four times as fast. */
function trimmed(nodes: readonly Node[], outputs: readonly string[]): Node[] {
  const read = new Set([...outputs, ...nodes.flatMap((node) => node.inputs)]);
  return nodes.map((node) =>
    node.op === "MaxPool" && !read.has(node.outputs[1]!) ? { ...node, outputs: node.outputs.slice(0, 1) } : node,
  );
}

/** The nodes that `outputs` need, in order. */
function needed(nodes: readonly Node[], outputs: readonly string[]): Node[] {
  const wanted = new Set(outputs);
  const kept: Node[] = [];
  for (const node of nodes.toReversed()) {
    if (!node.outputs.some((output) => wanted.has(output))) continue;
    for (const input of node.inputs) wanted.add(input);
    kept.push(node);
  }
  return kept.reverse();
}
