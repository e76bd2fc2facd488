import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parsePlateMap } from "../../src/plates/platemap.ts";
import { roles } from "../../src/plates/roles.ts";
import { formatWell } from "../../src/plates/wells.ts";

const parse = (text: string, plates = ["P1"]) => parsePlateMap(text, { path: "map.csv", plates });

describe("a plate map", () => {
  test("says all that is known of a well", () => {
    const text =
      "plate,well,role,compound,concentration,unit,challenge,challenge_concentration,challenge_unit,batch,donor\n" +
      "P7,b3,Sample,Danazol,10,uM,Abeta,30,µM,monday,d4\n";
    expect(parse(text)).toEqual([
      {
        plate: "P7",
        well: "B03",
        role: "sample",
        batch: "monday",
        compound: "Danazol",
        concentration: 10e-6,
        challenge: "Abeta",
        challengeConcentration: 30e-6,
        metadata: { donor: "d4" },
      },
    ]);
  });

  test("applies to every plate where it names none, and the batch is then the plate", () => {
    const wells = parse("well,role\nA1,negative\nA2,positive", ["P1", "P2"]);
    expect(wells.map(({ plate, well, batch }) => `${plate} ${well} ${batch}`)).toEqual([
      "P1 A01 P1",
      "P2 A01 P2",
      "P1 A02 P1",
      "P2 A02 P2",
    ]);
  });

  test("takes empty cells, `none` and NA for nothing there", () => {
    for (const nothing of ["", "none", "NA", "n/a"]) {
      const [well] = parse(`well,role,compound,concentration,unit\nA1,negative,${nothing},${nothing},\n`);
      expect(well).toMatchObject({ compound: null, concentration: null });
    }
  });

  test("is read as spreadsheets write it: byte order mark, semicolons, CR LF, quotes, lines of bare commas", () => {
    const [well, ...more] = parse('\ufeffWell;Role;Compound;note\r\nA1;sample;"a;b";"said ""no"""\r\n;;;\r\n');
    expect(well).toMatchObject({ well: "A01", compound: "a;b", metadata: { note: 'said "no"' } });
    expect(more).toEqual([]);
  });

  test("tells every mistake with its line, in one error", () => {
    const text = [
      "well,role,compound,concentration,unit",
      "A1,negative,,,",
      "A2,smaple,X,1,nM",
      "Q99,sample,X,1,nM",
      "A3,sample,X,1,",
      "A4,sample,X,-1,nM",
      "a01,positive,,,",
      "A5,sample,X,1,nM,surplus",
    ].join("\n");
    expect(() => parse(text)).toThrow(
      `Reading the plate map map.csv: expected a table with one line a well, its columns \`well\` and \`role\` filled, found 6 mistakes:
  line 3: the role "smaple" (did you mean \`sample\`?), where one of negative, positive, sample, reference, empty should be
  line 4: "Q99", where letters for the row and a number for the column, from \`A01\` to \`AF48\` should be
  line 5: 1 without a unit, where one of the units M, mM, µM, uM, nM, pM should be
  line 6: "-1", where a number from 0 up should be
  line 7: well A01 again, as in line 2
  line 8: more cells than the header has, the first being "surplus".
Columns with a meaning: plate, well, role, compound, concentration, unit, challenge, challenge_concentration, challenge_unit, batch. Any other is kept as metadata.`,
    );
  });

  test("names the header that is nearest to a missing column", () => {
    expect(() => parse("wel,role\nA1,negative")).toThrow("found line 1: no column `well` (is `wel` meant for it?).");
  });

  test("counts lines as an editor does, across line breaks in quotes", () => {
    expect(() => parse('well,role,note\nA1,negative,"two\nlines"\nA2,nonsense,')).toThrow("line 4: the role");
  });

  test.each([
    ["", "found an empty file."],
    ["well,role\n", "found a header line and no wells."],
    ["well,role,Role\nA1,negative,x", "found line 1: two columns named `Role`."],
    ["plate,well,role\n,A1,negative", "found line 2: no plate, where the column `plate` should name one."],
    ['well,role\nA1,"negative', "found a table that cannot be read ("],
  ])("is refused when it is %j", (text, message) => {
    expect(() => parse(text)).toThrow(message);
    expect(() => parse(text)).toThrow(expect.objectContaining({ code: "bad-plate-map" }));
  });

  test("keeps any text of any other column", () => {
    const cell = fc.string().map((text) => text.trim().replaceAll("\ufeff", ""));
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.nat(95), { minLength: 1 }),
        cell,
        fc.constantFrom(...roles),
        (indices, note, role) => {
          const names = indices.map((index) => formatWell({ row: Math.floor(index / 12), column: index % 12 }));
          const lines = names.map((name) => `${name},${role},"${note.replaceAll('"', '""')}"`);
          const wells = parse(["well,role,note", ...lines].join("\n"));
          expect(wells.map(({ well }) => well)).toEqual(names);
          expect(wells.every((well) => well.role === role && well.metadata.note === note)).toBe(true);
        },
      ),
    );
  });
});
