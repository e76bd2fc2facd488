import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { namedGroups, parseStudy, studyJsonSchema } from "../../src/plates/study.ts";

const example = `name: bbbc013
images: images
format: pattern
pattern: 'Channel(?<channel>\\d)-\\d+-(?<row>[A-H])-(?<column>\\d\\d)\\.(tif|png)'
plate: BBBC013
channels: [{ name: FKHR, match: '1' }, { name: DNA, match: '2' }]
plateMap: platemap.csv
classes: { negative: untreated, positive: inhibited }
split: { unit: well, test: { rows: [B, D, F, H] }, validate: 0.25 }
`;

const parse = (text: string) => parseStudy(text, { path: "/data/study.yaml" });

/** The mistakes of a study that is the example with `from` written as `to`, without what every such error says. */
function mistakesOf(from: string, to: string): string {
  try {
    parse(example.replace(from, to));
  } catch (error) {
    const [, found] =
      /^Reading the study \/data\/study\.yaml: expected the keys and values of its schema, found (.*)\.\nKeys: name, images, /s.exec(
        String(error).replace("NeuroscreenError: ", ""),
      ) ?? [undefined, String(error)];
    return found!;
  }
  return "none";
}

describe("a study", () => {
  test("is what its file says, in its folder", () => {
    expect(parse(example)).toEqual({
      name: "bbbc013",
      folder: "/data",
      images: "images",
      format: "pattern",
      pattern: "Channel(?<channel>\\d)-\\d+-(?<row>[A-H])-(?<column>\\d\\d)\\.(tif|png)",
      plate: "BBBC013",
      channels: [
        { name: "FKHR", match: "1" },
        { name: "DNA", match: "2" },
      ],
      plateMap: "platemap.csv",
      classes: { negative: "untreated", positive: "inhibited" },
      split: { unit: "well", test: { rows: ["B", "D", "F", "H"] }, validate: 0.25 },
    });
  });

  test("may hold out wells, in any spelling, or whole plates", () => {
    const wells = parse(example.replace("rows: [B, D, F, H]", "wells: [b3, AF48], columns: [1, 12]"));
    expect(wells.split).toEqual({ unit: "well", test: { wells: ["B03", "AF48"], columns: [1, 12] }, validate: 0.25 });
    const plates = parse(
      example.replace(/split: .*/, "split: { unit: plate, test: { plates: [P1] }, validate: { plates: [P2] } }"),
    );
    expect(plates.split).toEqual({ unit: "plate", test: { plates: ["P1"] }, validate: { plates: ["P2"] } });
  });

  test("may say how wells are written, and what it holds out is then read so and named as everywhere", () => {
    const study = parse(
      example.replace(
        /split: .*/,
        "wells: { plate: 96, letters: columns, skip: [i] }\nsplit: { unit: well, test: { rows: [1, '3'], columns: [b, J], wells: [B4] }, validate: 0 }",
      ),
    );
    expect(study.wells).toEqual({ plate: 96, letters: "columns", skip: ["I"] });
    expect(study.split).toEqual({
      unit: "well",
      test: { rows: ["A", "C"], columns: [2, 9], wells: ["D02"] },
      validate: 0,
    });
    expect(parse(`${example}wells: { plate: 384 }\n`).wells).toEqual({ plate: 384, letters: "rows", skip: [] });
  });

  test("may say which plane and time to take", () => {
    const named = example.replace("(?<column>", "(?<z>\\d)-(?<column>");
    expect(parse(`${named}select: { z: 0 }\n`).select).toEqual({ z: 0 });
    const incell = example.replace(/pattern: .*\n/, "").replace("format: pattern", "format: incell");
    expect(parse(`${incell}select: { z: 3, time: 2 }\n`).select).toEqual({ z: 3, time: 2 });
  });

  test("may leave out the words for its classes", () => {
    expect(parse(example.replace(/classes: .*\n/, "")).classes).toEqual({ negative: "negative", positive: "positive" });
  });

  test("has all its mistakes told at once", () => {
    expect(() => parse("name: x\nimges: images\nformat: incel\nchannels: []\nplateMap: map.csv\n")).toThrow(
      `Reading the study /data/study.yaml: expected the keys and values of its schema, found 4 mistakes:
  line 1, column 1: \`images\` is missing
  line 2, column 1: unknown key \`imges\` (did you mean \`images\`?)
  line 3, column 9: \`format\` should be incell or pattern, not "incel" (did you mean \`incell\`?)
  line 4, column 11: \`channels\` is empty.
Keys: name, images, format, pattern, plate, plateFrom, wells, select, channels, plateMap, classes, pixelSizeMicrometres, split.`,
    );
  });

  test.each([
    ["plate: BBBC013", "plaet: BBBC013", "line 5, column 1: unknown key `plaet` (did you mean `plate`?)"],
    ["plate: BBBC013", "plate: 3420", "line 5, column 8: `plate` should be text: put 3420 in quotes"],
    ["plate: BBBC013", "plate:", "line 5, column 7: `plate` is empty"],
    [
      "plate: BBBC013",
      "plate: a\nplateFrom: b",
      "line 6, column 12: `plateFrom`: a second source of the plate's name; keep `plate` or `plateFrom`",
    ],
    ["match: '2'", "match: 2", "line 6, column 60: `channels[1].match` should be text: put 2 in quotes"],
    ["match: '2'", "match: '1'", 'line 6, column 60: `channels[1].match`: the match of an earlier channel again, "1"'],
    [
      "match: '2'",
      "mtch: '2'",
      "2 mistakes:\n  line 6, column 40: `channels[1].match` is missing\n  line 6, column 53: unknown key `mtch` (did you mean `match`?)",
    ],
    ["(?<row>", "(?<row", "line 4, column 10: `pattern`: not a regular expression (invalid capture group name)"],
    [
      "(?<row>",
      "(?<rwo>",
      "2 mistakes:\n  line 4, column 10: `pattern`: unknown group `rwo`; one without a meaning is written `(?:…)`\n  line 4, column 10: `pattern`: no group that finds the well; name one `(?<well>…)`, or two `(?<row>…)` and `(?<column>…)`",
    ],
    [
      "?<channel>",
      "",
      "line 4, column 10: `pattern`: no group `(?<channel>…)`, although the study has several channels",
    ],
    [
      "format: pattern",
      "format: incell",
      "line 4, column 10: `pattern`: of no use with format `incell`; leave it out, or write `format: pattern`",
    ],
    ["validate: 0.25", "validate: 1", "line 9, column 62: `split.validate` should be less than 1, not 1"],
    [
      "rows: [B, D, F, H]",
      "rows: [B, 3]",
      "line 9, column 40: `split.test.rows[1]`: 3 is none of the plate's rows, which the study writes in letters, `A` to `AF`",
    ],
    ["rows: [B, D, F, H]", "rows: [B, true]", "line 9, column 40: `split.test.rows[1]`: should be letters or a number"],
    [
      "rows: [B, D, F, H]",
      "columns: [12, C]",
      'line 9, column 44: `split.test.columns[1]`: "C" is none of the plate\'s columns, which the study writes in numbers, `1` to `48`',
    ],
    [
      "split: { unit: well, test: { rows: [B, D, F, H] }",
      "wells: { plate: 96, letters: columns, skip: [I] }\nsplit: { unit: well, test: { rows: [9], columns: [I], wells: [M8, M9] }",
      "3 mistakes:\n" +
        "  line 10, column 37: `split.test.rows[0]`: 9 is none of the plate's rows, which the study writes in numbers, `1` to `8`\n" +
        '  line 10, column 51: `split.test.columns[0]`: "I" is none of the plate\'s columns, which the study writes in letters, `A` to `M`\n' +
        '  line 10, column 67: `split.test.wells[1]`: "M9" is no well; write letters for the column and a number for the row, from `A01` to `M08` without I',
    ],
    [
      "rows: [B, D, F, H]",
      "wells: [B3, 3B]",
      'line 9, column 42: `split.test.wells[1]`: "3B" is no well; write letters for the row and a number for the column, from `A01` to `AF48`',
    ],
    [
      "plate: BBBC013",
      "wells: { plate: 97 }",
      "line 5, column 17: `wells.plate` should be 6 or 12 or 24 or 48 or 96 or 384 or 1536, not 97 (did you mean `96`?)",
    ],
    [
      "plate: BBBC013",
      "wells: { letters: column, skp: [I], skip: [II] }",
      "3 mistakes:\n" +
        '  line 5, column 19: `wells.letters` should be rows or columns, not "column" (did you mean `columns`?)\n' +
        "  line 5, column 27: unknown key `skp` (did you mean `skip`?)\n" +
        "  line 5, column 44: `wells.skip[0]`: should be one letter",
    ],
    ["plate: BBBC013", "select: { tme: 1 }", "line 5, column 11: unknown key `tme` (did you mean `time`?)"],
    [
      "plate: BBBC013",
      "select: { z: 1 }",
      "line 5, column 14: `select.z`: of no use: `pattern` has no group `(?<z>…)`",
    ],
    [
      "(?<row>",
      "(?<plat>x)(?<row>",
      "line 4, column 10: `pattern`: unknown group `plat` (did you mean `plate`?); one without a meaning is written `(?:…)`",
    ],
    [
      "split: { unit: well, test: { rows: [B, D, F, H] }, validate: 0.25 }",
      "split: { unit: plate, test: { plates: [P1, P2] }, validate: { plates: [P3, P2] } }",
      "line 9, column 76: `split.validate.plates[1]`: plate P2 is in `test` too; keep it on one side",
    ],
    ["rows: [B, D, F, H]", "", "line 9, column 28: `split.test`: no wells: give `rows`, `columns` or `wells`"],
    [
      "rows: [B, D, F, H]",
      "rosw: [B]",
      "2 mistakes:\n  line 9, column 28: `split.test`: no wells: give `rows`, `columns` or `wells`\n  line 9, column 30: unknown key `rosw` (did you mean `rows`?)",
    ],
    ["unit: well", "unit: wells", 'line 9, column 16: `split.unit` should be well or plate, not "wells"'],
    ["images: images", "name: again", "line 2, column 1: Map keys must be unique"],
  ])("is refused with %s written as %s", (from, to, mistakes) => {
    expect(mistakesOf(from, to)).toBe(mistakes);
  });

  test("is refused when it is no group of keys and values", () => {
    expect(() => parse("just words")).toThrow(
      'found line 1, column 1: the file should be a group of keys and values, not "just words".',
    );
    expect(() => parse("")).toThrow("found line 1, column 1: the file is empty.");
  });

  test("has a schema for editors, checked in", () => {
    const path = fileURLToPath(new URL("../../schemas/study.schema.json", import.meta.url));
    const text = `${JSON.stringify(studyJsonSchema(), null, 2)}\n`;
    if (process.env.UPDATE === "1") writeFileSync(path, text);
    expect(readFileSync(path, "utf8"), "run the tests with UPDATE=1 to write it anew").toBe(text);
  });
});

describe("named groups", () => {
  test("are found without a text that matches", () => {
    expect(namedGroups("(?<row>[A-H])(?<column>\\d+)(x)")).toEqual(["row", "column"]);
    expect(namedGroups("a|b")).toEqual([]);
  });
});
