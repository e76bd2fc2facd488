import { describe, expect, test } from "vitest";
import type { Study } from "../../src/plates/study.ts";
import { absentFields, isLostField, lostWells, refuseTooManyLost, wellOf } from "../../src/runs/lost-fields.ts";

const well = (name: string, role = "sample", plate = "P") => ({ plate, well: name, role });
const fields = (name: string, count: number, plate = "P") =>
  Array.from({ length: count }, () => ({ plate, well: name }));

describe("fields without any image", () => {
  test("are as many as wells of the same role on the plate have more", () => {
    const wells = [
      well("A01"),
      well("A02"),
      well("A03"),
      well("A04"),
      well("B01", "negative"),
      well("B02", "negative"),
    ];
    const seen = [
      ...fields("A01", 4),
      ...fields("A02", 4),
      ...fields("A03", 3),
      ...fields("B01", 9),
      ...fields("B02", 9),
    ];
    expect([...absentFields(wells, seen)]).toEqual([
      ["P/A03", 1],
      ["P/A04", 4],
    ]);
  });

  test("are counted by the plate where no well of the role was imaged, and plate by plate", () => {
    const wells = [well("A01"), well("B01", "positive"), well("A01", "sample", "Q")];
    const seen = [...fields("A01", 3), ...fields("A01", 30, "Q")];
    expect([...absentFields(wells, seen)]).toEqual([["P/B01", 3]]);
  });

  test("are none where wells differ and nothing is common", () => {
    expect([...absentFields([well("A01"), well("A02")], [...fields("A01", 1), ...fields("A02", 2)])]).toEqual([]);
    expect([...absentFields([well("A01")], [])]).toEqual([]);
  });
});

test("a well of a plate with a slash in its name is found, and told when nothing of it is left", () => {
  expect(wellOf("day 1/P/A01/12")).toBe("day 1/P/A01");
  const named = [...fields("A01", 2), ...fields("A02", 1)];
  expect(lostWells(named, fields("A01", 1)).map(({ subject }) => subject)).toEqual(["P/A02"]);
  expect(isLostField({ code: "unreadable-image", subject: "", message: "" })).toBe(true);
});

test("more than a fifth of the fields is too much, those without an image among them", () => {
  const study = { name: "pilot" } as Study;
  const lost = [{ code: "bad-image", subject: "P/A01/1", message: "left out: a.tif" }];
  refuseTooManyLost({ study, lost, absent: 1, expected: 10 });
  expect(() => refuseTooManyLost({ study, lost, absent: 2, expected: 10 })).toThrow(
    "found 3 of 10 fields that cannot be used:\n  P/A01/1: left out: a.tif\n  2 without any image.",
  );
});
