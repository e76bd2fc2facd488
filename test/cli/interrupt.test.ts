import { EventEmitter } from "node:events";
import { describe, expect, test } from "vitest";
import { stopOnInterrupt } from "../../src/cli/interrupt.ts";

describe("Ctrl-C", () => {
  test("asks for a stop the first time and ends the process the second", () => {
    const keyboard = new EventEmitter();
    const heard: unknown[] = [];
    const signal = stopOnInterrupt(keyboard, { tell: (text) => heard.push(text), exit: (code) => heard.push(code) });
    expect(signal.aborted).toBe(false);

    keyboard.emit("SIGINT");
    expect(signal.aborted).toBe(true);
    expect(signal.reason).toMatchObject({ name: "AbortError" });
    expect(heard).toEqual(["\nstopping at the next safe point; Ctrl-C again stops at once\n"]);

    keyboard.emit("SIGINT");
    expect(heard.slice(1)).toEqual([130]);
  });
});
