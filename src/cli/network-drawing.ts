/** Draws a network as a table: a line a layer, branches that are alike once. */
import type { NetworkDescription } from "../runs/events.ts";
import { count } from "./phrases.ts";

type Layer = NetworkDescription["layers"][number];

/** Columns of the whole table; a narrower terminal gets two lines a layer. */
const tableWidth = 80;

/** The network as text, every line ending with a line break, no wider than `columns` where names allow. */
export function drawNetwork(network: NetworkDescription, columns: number): string {
  const { layers, stains, field, parameters, multiplyAdds, scoring, step } = network;
  const isNarrow = columns < tableWidth;
  const own = layers.filter(({ branch }) => branch === null);
  const first = layers.filter(({ branch }) => branch === 0);
  const lines = [
    `layers, for a field of ${field.width} × ${field.height}; costs are multiply-adds:`,
    ...(isNarrow ? [] : [line("layer", "what", "gives", "learns", "costs")]),
    ...(first.length === 0 ? [] : branchHeading(stains)),
    ...first.flatMap((layer) => drawn(layer, isNarrow)),
    ...(first.length === 0 ? [] : ["after the branches:"]),
    ...own.flatMap((layer) => drawn(layer, isNarrow)),
    `in all: ${amount(parameters)} parameters, ${amount(multiplyAdds)} multiply-adds a field`,
    `memory of scoring, a field at a time: about ${bytes(scoring.total)}`,
    ...(step
      ? [`memory of a training step, ${count(step.batch, "crop")} of ${step.crop}²: about ${bytes(step.total)}`]
      : []),
  ];
  return `${lines.map((text) => text.trimEnd()).join("\n")}\n`;
}

function branchHeading(stains: readonly string[]): string[] {
  return [`${count(stains.length, "branch", "branches")} alike, one a stain; of each:`];
}

function drawn({ name, what, shape, parameters, multiplyAdds }: Layer, isNarrow: boolean): string[] {
  const short = (name ?? "").replace(/^branch\.\d+\./, "");
  const [gives, learnt, cost] = [shape.join("×"), some(parameters), some(multiplyAdds)];
  if (!isNarrow) return [line(short, what, gives, learnt, cost)];
  const numbers = [gives, learnt && `${learnt} parameters`, cost && `${cost} mult-adds`].filter(Boolean);
  return [`${short}${short === "" ? "" : ": "}${what}`, `  ${numbers.join(", ")}`];
}

/** Widths such that the longest of our layers fit 80 columns. */
function line(name: string, what: string, gives: string, parameters: string, multiplyAdds: string): string {
  return [name.padEnd(21), what.padEnd(25), gives.padEnd(12), parameters.padStart(7), multiplyAdds.padStart(7)].join(
    " ",
  );
}

function some(number: number): string {
  return number === 0 ? "" : amount(number);
}

/** `3264`, `37.0 k`, `21.8 M`, `3.66 G`. */
function amount(number: number): string {
  if (number < 10_000) return String(number);
  const power = Math.min(4, Math.floor(Math.log10(number) / 3));
  return `${(number / 1000 ** power).toPrecision(3)} ${["", "k", "M", "G", "T"][power]}`;
}

function bytes(number: number): string {
  return number < 1e9 ? `${Math.round(number / 1e6)} MB` : `${(number / 1e9).toFixed(1)} GB`;
}
