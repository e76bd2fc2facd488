import { describe, expect, test } from "vitest";
import { strictly } from "../../src/runs/strict.ts";

const problems = [
  { code: "bad-image", subject: "P1/A01/1", message: "left out: it is cut short" },
  { code: "channel-unused", subject: "Green", message: "1 image is of no channel of the study" },
  { code: "well-lost", subject: "P1/A02", message: "left out: none of its fields could be used" },
];
const told = problems.map(({ subject, message }) => ({ kind: "problem", subject, message }));

describe("problems", () => {
  test("are told one after the other where the run is not strict", () => {
    expect([...strictly(problems, false)]).toEqual(told);
  });

  test("are told and then end a strict run, which names each", () => {
    const events = strictly(problems, true);
    expect([events.next(), events.next(), events.next()].map(({ value }) => value)).toEqual(told);
    expect(() => events.next()).toThrow(
      expect.objectContaining({
        code: "strict",
        message: expect.stringMatching(/P1\/A01\/1: left out: it is cut short\n {2}P1\/A02: left out/),
      }),
    );
  });

  test("do not end it where all are images of a channel that the study does not use", () => {
    expect([...strictly([problems[1]!], true)]).toEqual([told[1]]);
    expect([...strictly([], true)]).toEqual([]);
  });
});
