import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { NeuroscreenError } from "../../src/base/errors.ts";
import { openThread, type Thread } from "../../src/store/threads.ts";

// A worker runs the built files: this one serves functions of its own through them.
const dist = (path: string) => pathToFileURL(fileURLToPath(new URL(`../../dist/${path}`, import.meta.url))).href;
const folder = mkdtempSync(join(tmpdir(), "neuroscreen-threads-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, "worker.mjs");
writeFileSync(
  file,
  `import { workerData } from "node:worker_threads";
import { NeuroscreenError } from ${JSON.stringify(dist("base/errors.js"))};
import { serveThread } from ${JSON.stringify(dist("store/threads.js"))};
const kept = Float32Array.of(1, 2, 3, 4);
serveThread({
  told: () => workerData,
  add: ({ a, b }) => a + b,
  late: async (milliseconds) => new Promise((resolve) => setTimeout(() => resolve(milliseconds), milliseconds)),
  refuse: () => {
    throw new NeuroscreenError({ code: "bad-image", what: "Reading a.png", found: "half", expected: "a whole file", remedy: "Copy it.", cause: () => 1 });
  },
  fail: () => { throw new RangeError("beyond"); },
  throwText: () => { throw "text"; },
  unsendable: () => () => 1,
  view: () => kept.subarray(1, 3),
  both: () => ({ one: Float32Array.of(1), same: kept.subarray(0, 4) }),
  sum: (values) => values.reduce((a, b) => a + b, 0),
  die: () => { process.exit(3); },
  crash: () => { setTimeout(() => { throw new Error("crashed"); }); return new Promise(() => {}); },
});
`,
);

interface Functions extends Record<string, (argument: never) => unknown> {
  told: (_: null) => string;
  add: (numbers: { a: number; b: number }) => number;
  late: (milliseconds: number) => number;
  refuse: (_: null) => never;
  fail: (_: null) => never;
  throwText: (_: null) => never;
  unsendable: (_: null) => unknown;
  view: (_: null) => Float32Array;
  both: (_: null) => { one: Float32Array; same: Float32Array };
  sum: (values: Float32Array) => number;
  die: (_: null) => never;
  crash: (_: null) => never;
}

const opened: Thread<Functions>[] = [];
afterEach(() => Promise.all(opened.splice(0).map((thread) => thread.close())));
function open(url = pathToFileURL(file)): Thread<Functions> {
  const thread = openThread<Functions>(url, "data");
  opened.push(thread);
  return thread;
}

describe("a call to a thread", () => {
  test("is answered, in the order of the calls", async () => {
    const thread = open();
    const order: number[] = [];
    const note = (value: number) => void order.push(value);
    await Promise.all([
      thread.call("late", 30).then(note),
      thread.call("late", 1).then(note),
      thread.call("add", { a: 40, b: 2 }).then(note),
    ]);
    expect(order).toEqual([30, 1, 42]);
    expect(await thread.call("told", null)).toBe("data");
  });

  test("that is refused throws the same NeuroscreenError here", async () => {
    const thread = open();
    const error: unknown = await thread.call("refuse", null).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(NeuroscreenError);
    expect(error).toMatchObject({
      code: "bad-image",
      message: "Reading a.png: expected a whole file, found half.\nCopy it.",
    });
    expect(await thread.call("add", { a: 1, b: 1 })).toBe(2);
  });

  test("that fails throws an error with its message and its place, and the thread goes on", async () => {
    const thread = open();
    await expect(thread.call("fail", null)).rejects.toMatchObject({
      message: "beyond",
      stack: expect.stringContaining("worker.mjs"),
    });
    await expect(thread.call("throwText", null)).rejects.toThrow("text");
    await expect(thread.call("unsendable", null)).rejects.toThrow("could not be cloned");
    await expect(thread.call("unsendable", (() => 1) as unknown as null)).rejects.toThrow("could not be cloned");
    expect(await thread.call("add", { a: 1, b: 1 })).toBe(2);
  });

  test("brings arrays that are part of a larger one without taking that away", async () => {
    const thread = open();
    expect(await thread.call("view", null)).toEqual(Float32Array.of(2, 3));
    expect(await thread.call("view", null)).toEqual(Float32Array.of(2, 3));
    expect(await thread.call("both", null)).toEqual({ one: Float32Array.of(1), same: Float32Array.of(1, 2, 3, 4) });
  });

  test("moves the buffers that it is told to move", async () => {
    const values = Float32Array.of(1, 2, 3);
    expect(await open().call("sum", values, [values.buffer])).toBe(6);
    expect(values.length).toBe(0);
  });
});

describe("a thread that is dead", () => {
  test("rejects the calls under way and all later ones", async () => {
    const thread = open();
    const calls = [thread.call("late", 10), thread.call("die", null), thread.call("late", 1)];
    const results = await Promise.allSettled(calls);
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected"]);
    await expect(thread.call("late", 1)).rejects.toThrow("the thread has ended");
  });

  test("by an error of its own says which", async () => {
    const thread = open();
    await expect(thread.call("crash", null)).rejects.toThrow("crashed");
    await expect(thread.call("late", 1)).rejects.toThrow("crashed");
  });

  test("because it was closed rejects what it had not answered", async () => {
    const thread = open();
    const call = thread.call("late", 10_000).catch((error: unknown) => String(error));
    await thread.close();
    expect(await call).toBe("Error: the thread has ended");
    await thread.close();
  });

  test("because its file is not there rejects too", async () => {
    const thread = open(pathToFileURL(join(folder, "gone.mjs")));
    await expect(thread.call("late", 1)).rejects.toThrow("gone.mjs");
  });
});
