#!/usr/bin/env node
/** The program `neuroscreen`: the process's words, streams and signals, handed to `runProgram`. */
import { readFileSync } from "node:fs";
import { stopOnInterrupt } from "./interrupt.ts";
import { exitCodes, runProgram } from "./program.ts";
import { mayColour, type Terminal } from "./terminal.ts";
import type { Verbs } from "./verbs.ts";

const terminal: Terminal = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  isInteractive: process.stderr.isTTY === true && process.env.TERM !== "dumb",
  hasColour: mayColour(process.stderr, process.env),
  get columns() {
    return process.stderr.columns ?? process.stdout.columns ?? 80;
  },
  now: () => performance.now(),
};

// Each verb is loaded when it is spoken: `--help` and a wrong option answer before ONNX Runtime would have loaded.
const verbs: Verbs = {
  init: async (options) => (await import("../runs/init.ts")).init(options),
  async *index(options, signal) {
    return yield* (await import("../runs/index-study.ts")).index(options, signal);
  },
  async *train(options, signal) {
    return yield* (await import("../runs/train.ts")).train(options, signal);
  },
  async *crossvalidate(options, signal) {
    return yield* (await import("../runs/crossvalidate.ts")).crossvalidate(options, signal);
  },
  async *screen(options, signal) {
    return yield* (await import("../runs/screen.ts")).screen(options, signal);
  },
  async *explain(options, signal) {
    return yield* (await import("../runs/explain.ts")).explain(options, signal);
  },
  async *simulate(options, signal) {
    return yield* (await import("../runs/simulate.ts")).simulate(options, signal);
  },
  report: async (folder, options) => (await import("../runs/report.ts")).report(folder, options),
  sideBySide: async (options) => (await import("../runs/report.ts")).sideBySide(options),
  info: async (path) => (await import("../runs/info.ts")).info(path),
};

// Whoever reads our output may stop reading (`neuroscreen screen … | head`): the work goes on to its end, unheard. Output that
// cannot be written at all (`> /dev/full`) is a mistake to mend, said where it can still be read.
let outputFailed = false;
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE" || outputFailed) return;
    outputFailed = true;
    process.exitCode = exitCodes.mendable;
    if (stream === process.stdout)
      terminal.err(`error: the output cannot be written (${error.code}). Send it elsewhere.\n`);
  });
}

const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  version: string;
};
const signal = stopOnInterrupt(process, { tell: terminal.err, exit: (code) => process.exit(code) });

const exitCode = await runProgram(process.argv.slice(2), { terminal, verbs, signal, version });
// What a stopped verb began may still run; whoever pressed Ctrl-C does not wait for it. Otherwise the process ends by
// itself: what was written into a pipe may still be on its way.
if (exitCode === exitCodes.stopped) process.exit(exitCode);
process.exitCode = outputFailed ? exitCodes.mendable : exitCode;
