import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openProgress, progressBar, progressLine } from "../../src/cli/progress.ts";
import type { Terminal } from "../../src/cli/terminal.ts";
import type { RunEvent } from "../../src/runs/events.ts";
import { checked, epoch, problem, remembering, scored, step, ticking } from "./stub.ts";

const saved: RunEvent = { kind: "saved", path: "m/model.onnx" };
const planned: RunEvent = { kind: "planned", text: "150 epochs of 6 steps, about 40 s" };

describe("a progress line", () => {
  test.each<[RunEvent, string]>([
    [problem, "warning: P1/B03/1: the file is cut short"],
    [planned, "150 epochs of 6 steps, about 40 s"],
    [step, "epoch 2 of 4, step 3 of 6: loss 0.412, 88.4 fields/s, 1 min 20 s left"],
    [
      epoch,
      "epoch 2 of 4: training loss 0.5, validation loss 0.25, 97.5 % of validation right, learning rate 0.001, 1.2 s",
    ],
    [
      { ...epoch, validationLoss: null, validationAccuracy: null },
      "epoch 2 of 4: training loss 0.5, learning rate 0.001, 1.2 s",
    ],
    [scored(40), "scored 40 of 96 fields: 31 fields/s, 2.0 s left"],
    [checked(40), "read 40 of 192 images: 40 images/s, 5.0 s left"],
    [saved, "wrote m/model.onnx"],
  ])("of %o is a sentence", (event, line) => {
    expect(progressLine(event)).toBe(line);
  });
});

describe("a progress bar", () => {
  test("shows how far the whole run is, and what matters", () => {
    // Epoch 1's six steps and three of epoch 2's, of 24: 37.5 %, 11 of 30 characters.
    expect(progressBar(step, { columns: 120, epoch })).toBe(
      "epoch 2/4 [###########-------------------] 37 %, 1 min 20 s left, loss 0.412, 97.5 % of validation right, 88.4 fields/s",
    );
    expect(progressBar(scored(96), { columns: 80 })).toBe(
      "scored 96/96 [##############################] 100 %, 2.0 s left, 31 fields/s",
    );
    expect(progressBar(checked(96), { columns: 80 })).toBe(
      "read 96/192 [###############---------------] 50 %, 5.0 s left, 40 images/s",
    );
  });

  test("drops words, then itself, on narrow terminals", () => {
    expect(progressBar(step, { columns: 60, epoch })).toBe(
      "epoch 2/4 [####---------] 37 %, 1 min 20 s left, loss 0.412",
    );
    expect(progressBar(step, { columns: 26 })).toBe("epoch 2/4 [###-----] 37 %");
    expect(progressBar(step, { columns: 20 })).toBe("epoch 2/4 37 %");
    expect(progressBar(step, { columns: 5 })).toBe("epoc");
  });

  test("never reaches the last column, whatever the terminal and the numbers", () => {
    const numbers = fc.record({
      loss: fc.double({ noNaN: true }),
      fieldsPerSecond: fc.double({ min: 0, noNaN: true }),
      secondsLeft: fc.double({ min: 0, noNaN: true }),
      step: fc.nat(6),
    });
    fc.assert(
      fc.property(numbers, fc.integer({ min: 1, max: 300 }), (change, columns) => {
        expect(progressBar({ ...step, ...change }, { columns, epoch }).length).toBeLessThan(columns);
      }),
    );
  });
});

describe("progress", () => {
  const events = [planned, problem, step, epoch, step, saved];

  test("is drawn over on a terminal, warnings staying above it, and leaves no bar behind", () => {
    const { err, out } = shown(events, { isInteractive: true });
    expect(out).toBe("");
    expect(screenAfter(err)).toEqual([planned, problem, saved].map(progressLine));
    expect(err).toContain("\repoch 2/4 [###");
    expect(err).toContain("97.5 % of validation right");
  });

  test("is drawn at most ten times a second", () => {
    const { err } = shown(Array(50).fill(step), { isInteractive: true, now: ticking(10) });
    expect(err.split("\repoch").length - 1).toBeLessThanOrEqual(6);
  });

  test("is a line an epoch in a pipe, without escape sequences", () => {
    const { err } = shown(events, {});
    expect(err).toBe([planned, problem, epoch, saved].map((event) => `${progressLine(event)}\n`).join(""));
  });

  test("is a line at each tenth of the fields in a pipe", () => {
    const all = Array.from({ length: 96 }, (_, i) => scored(i + 1));
    const lines = shown(all, {}).err.trimEnd().split("\n");
    expect(lines.map((line) => Number(/\d+/.exec(line)![0]))).toEqual([10, 20, 29, 39, 48, 58, 68, 77, 87, 96]);
  });

  test("of reading and of scoring in one run has its tenths each", () => {
    const { err } = shown([checked(192), scored(48), scored(49)], {});
    expect(
      err
        .trimEnd()
        .split("\n")
        .map((line) => line.split(":")[0]),
    ).toEqual(["read 192 of 192 images", "scored 48 of 96 fields"]);
  });

  test("colours the word of a warning, not more, where colour is allowed", () => {
    const { err } = shown([problem], { hasColour: true });
    expect(err).toBe("\u001b[33mwarning\u001b[39m: P1/B03/1: the file is cut short\n");
  });

  test("is every event as JSON on stdout when asked for, a bar nowhere", () => {
    const { out, err } = shown(events, { isInteractive: true }, true);
    expect(err).toBe("");
    expect(
      out
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ).toEqual(events);
  });
});

function shown(events: readonly RunEvent[], settings: Partial<Terminal>, json = false): { out: string; err: string } {
  const heard = { out: "", err: "" };
  const terminal: Terminal = {
    ...remembering(heard),
    ...{ isInteractive: false, hasColour: false, columns: 120, now: ticking(1000), ...settings },
  };
  const progress = openProgress(terminal, { json });
  for (const event of events) progress.show(event);
  progress.end();
  return heard;
}

/** The lines that a terminal shows after `text`: a carriage return goes to the line's start, `ESC [K` clears from there. */
function screenAfter(text: string): string[] {
  const lines = [""];
  for (const piece of text.replaceAll("\u001b[K", "").split(/(\r|\n)/)) {
    if (piece === "\n") lines.push("");
    else if (piece === "\r") lines[lines.length - 1] = "";
    else lines[lines.length - 1] += piece;
  }
  return lines.filter((line) => line !== "");
}
