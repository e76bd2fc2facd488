/**
 * Time and memory of the engine beside PyTorch's: `npm run bench`, or `npm run bench -- engine RUNS`.
 *
 * Each case runs in a process of its own, and so does PyTorch's. They take turns, one run each, so that a machine that
 * slows down slows both; medians are compared. PyTorch is looked for as the Python of $PYTHON, else `python3`.
 */
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type BenchCase, cases } from "./cases.ts";

const pauseMilliseconds = 400;
const runs = Number(process.argv[2] ?? 9);
const only = process.argv[3] ?? "";
const python = process.env.PYTHON ?? "python3";
const repository = fileURLToPath(new URL("../..", import.meta.url));
const torch = spawnSync(python, ["-c", "import torch; print(torch.__version__)"], { encoding: "utf8" });
const hasTorch = torch.status === 0;
console.log(
  hasTorch
    ? `PyTorch ${torch.stdout.trim()} in ${python}`
    : `no PyTorch in ${python} (set PYTHON): our own figures only`,
);

/** A process that measures one run whenever it is asked. */
interface Contender {
  run(): Promise<readonly [milliseconds: number, outsideTheRuntime?: number]>;
  /** Ends it, and tells its peak memory in MB. */
  end(): Promise<number>;
}

async function open(command: string, args: readonly string[]): Promise<Contender> {
  const child: ChildProcessWithoutNullStreams = spawn(command, args);
  child.stderr.pipe(process.stderr);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${command} ${args[0]} ended without an answer`);
    return value as string;
  };
  await answer();
  const ask = async (word: string) => {
    child.stdin.write(`${word}\n`);
    return (await answer()).split(" ").map(Number) as [number, number?];
  };
  return { run: () => ask("run"), end: async () => (await ask("end"))[0] };
}

async function measure(benchCase: BenchCase): Promise<void> {
  const text = JSON.stringify(benchCase);
  const ours = await open(process.execPath, [fileURLToPath(new URL("./engine-case.js", import.meta.url)), text]);
  const theirs = hasTorch ? await open(python, [`${repository}bench/pytorch_case.py`, text]) : undefined;
  const [mine, other]: [number[], number[]] = [[], []];
  const outside: number[] = [];
  for (let i = 0; i < runs; i++) {
    for (const [contender, times] of [
      [ours, mine],
      [theirs, other],
    ] as const) {
      if (!contender) continue;
      // OpenMP's and ONNX Runtime's threads spin for a while after their work; the next one's turn waits for that.
      await setTimeout(pauseMilliseconds);
      const [milliseconds, beside] = await contender.run();
      times.push(milliseconds);
      if (beside !== undefined) outside.push(beside);
    }
  }
  const [memory, theirMemory] = [await ours.end(), await theirs?.end()];
  const columns = [
    benchCase.name.padEnd(54),
    `${median(mine).toFixed(0)} ms`.padStart(9),
    `${memory.toFixed(0)} MB`.padStart(9),
    `${((100 * median(outside)) / median(mine)).toFixed(1)} %`.padStart(9),
  ];
  if (theirMemory !== undefined) {
    columns.push(
      `${median(other).toFixed(0)} ms`.padStart(9),
      `${theirMemory.toFixed(0)} MB`.padStart(9),
      (median(mine) / median(other)).toFixed(2).padStart(6),
    );
  }
  console.log(columns.join("  "));
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

console.log(
  [
    "".padEnd(54),
    "ours".padStart(9),
    "peak".padStart(9),
    "beside*".padStart(9),
    ...(hasTorch ? ["PyTorch".padStart(9), "peak".padStart(9), "ratio"] : []),
  ].join("  "),
);
for (const benchCase of cases.filter(({ name }) => name.includes(only))) await measure(benchCase);
console.log("* what a step takes beside ONNX Runtime's own time");
