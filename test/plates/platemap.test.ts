import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { doubtsOfPlateMap, parsePlateMap } from "../../src/plates/platemap.ts";
import { roles } from "../../src/plates/roles.ts";
import { formatWell, type WellNotation } from "../../src/plates/wells.ts";

const parse = (text: string, plates = ["P1"], notation?: WellNotation) =>
  parsePlateMap(text, { path: "map.csv", plates, notation });

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

  test("is read under the headers of the field's own tables, and keeps the other ones", () => {
    const [well] = parse(
      "Metadata_Plate,Metadata_Well,Metadata_Role,Metadata_Batch,Metadata_Compound,Metadata_Concentration_uM," +
        "Metadata_Challenge,Metadata_Challenge_Concentration_uM,Metadata_Donor,plate_map_name\n" +
        "P7,B03,sample,monday,Danazol,10,Abeta,30,d4,layout-1\n",
    );
    expect(well).toEqual({
      plate: "P7",
      well: "B03",
      role: "sample",
      batch: "monday",
      compound: "Danazol",
      concentration: 10e-6,
      challenge: "Abeta",
      challengeConcentration: 30e-6,
      metadata: { Donor: "d4", plate_map_name: "layout-1" },
    });
  });

  test.each([
    ["Assay Plate Barcode\tWell Position\tROLE\tcompound-name\tConcentration (nM)", 2e-9],
    ["barcode\twell_name\trole\tcompound\tconcentration[mM]", 2e-3],
    ["plate\twell\trole\tcompound\tconcentration_\u00b5M", 2e-6],
    ["plate\twell\trole\tcompound\tConcentration \u03bcM", 2e-6],
    ["plate\twell\trole\tcompound\tconcentration_M", 2],
    ["plate\twell\trole\tcompound\tconcentration_pM", 2e-12],
  ])("is read under the headers %j", (headers, concentration) => {
    expect(parse(`${headers}\nP7\tB3\tsample\tX\t2\n`)).toMatchObject([
      { plate: "P7", well: "B03", compound: "X", concentration, metadata: {} },
    ]);
  });

  test("in the study's notation says where its wells lie in ours, and names them as it does where they are wrong", () => {
    const notation: WellNotation = { plate: 96, letters: "columns", skip: ["I"] };
    const wells = parse("well,role\nB4,negative\nJ5,positive", ["P1"], notation);
    expect(wells.map(({ well }) => well)).toEqual(["D02", "E09"]);
    expect(() => parse("well,role\nB4,negative\nB9,positive\nI2,sample\nb04,negative", ["P1"], notation)).toThrow(
      `found 3 mistakes:
  line 3: "B9", where letters for the column and a number for the row, from \`A01\` to \`M08\` without I should be
  line 4: "I2", where letters for the column and a number for the row, from \`A01\` to \`M08\` without I should be
  line 5: well B04 again, as in line 2, and the same.`,
    );
  });

  test("may leave the unit of nothing empty, but of nothing else", () => {
    const [well] = parse("well,role,concentration\nA1,negative,0");
    expect(well).toMatchObject({ concentration: 0 });
    expect(() => parse("well,role,compound,concentration\nA1,negative,,0\nA2,sample,X,10\nA3,sample,X,20")).toThrow(
      "found line 1: `concentration` without a unit: add a column `unit`, or name this one `concentration_uM`.",
    );
  });

  test.each([
    ["concentration_um", "line 1: the unit `um` in `concentration_um`, where one of M, mM, µM, uM, nM, pM should be"],
    ["concentration_uM,unit", "line 1: a column `unit` beside `concentration_uM`, which says its unit itself"],
    [
      "challenge_concentration_nM,challenge_unit",
      "line 1: a column `challenge_unit` beside `challenge_concentration_nM`, which says its unit itself",
    ],
    [
      "concentration_uM,concentration_nM",
      "line 1: two columns for the concentration, `concentration_uM` and `concentration_nM`",
    ],
  ])("whose units cannot be trusted is refused: %s", (headers, mistake) => {
    expect(() => parse(`well,role,${headers}\nA1,negative\n`)).toThrow(`found ${mistake}.`);
  });

  test("is refused where it has an amount of nothing", () => {
    expect(() =>
      parse(
        "well,role,compound,concentration_uM,challenge,challenge_concentration_uM\nA1,sample,X,10,,30\nA2,sample,,10,Abeta,30\n",
      ),
    ).toThrow(
      "line 2: 30 µM of nothing: the column `challenge` should say of what\n  line 3: 10 µM of nothing: the column `compound`",
    );
    // A challenge without a compound is what a harmed control is.
    expect(parse("well,role,challenge,challenge_concentration_uM\nA1,positive,Abeta,30\n")).toMatchObject([
      { compound: null, concentration: null, challenge: "Abeta", challengeConcentration: 30e-6 },
    ]);
  });

  test("that is a template still to be filled in is refused in one sentence", () => {
    const lines = Array.from({ length: 96 }, (_, i) => `${formatWell({ row: Math.floor(i / 12), column: i % 12 })},,`);
    expect(() => parse(["well,role,compound", ...lines].join("\n"))).toThrow(
      `Reading the plate map map.csv: expected a table with one line a well, its columns \`well\` and \`role\` filled, found no role in any of its 96 lines.
Fill in the column \`role\`: negative (the healthy control), positive (the harmed control), sample, reference or empty.`,
    );
  });

  test("with mistakes in every line has twenty of them told, and the others counted", () => {
    const lines = Array.from({ length: 48 }, (_, i) => `A${i + 1},contrl`);
    expect(() => parse(["well,role", ...lines].join("\n"))).toThrow(/found 48 mistakes:\n(.*\n){20} {2}and 28 more\./);
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
  line 6: "-1", where a number from 0 up with a decimal point should be
  line 7: well A01 again, as in line 2, and not the same in \`role\`
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
    ["well,role,Role\nA1,negative,x", "found line 1: two columns for the role, `role` and `Role`."],
    ["well,role,x,Metadata_x\nA1,negative,1,2", "found line 1: two columns named `x`."],
    ["A1,negative\nA2,positive", "line 1: no column `well` among `A1`, `negative`"],
    ["PK\u0003\u0004\u0014\u0000", "found a spreadsheet's workbook.\nSave the sheet as CSV, and name that file."],
    ["well,role\n,negative", "found line 2: no well, where letters for the row"],
    ["well;role;compound;concentration_uM\nA1;sample;X;0,5", 'found line 2: "0,5", where a number from 0 up with a'],
    ["well,role\nA1,\nA2,negative", "found line 2: no role, where one of negative, positive,"],
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

test("a column that is named much like one with a meaning is doubted, others are not", () => {
  const doubts = (headers: string) => doubtsOfPlateMap(`${headers}\nA1,negative\n`, { path: "map.csv" });
  expect(doubts("well,role,compund,Concentraton,date,note,plate_map_name,passage")).toEqual([
    "the column `compund` is kept as metadata only; is `compound` meant?",
    "the column `Concentraton` is kept as metadata only; is `concentration` meant?",
  ]);
  // The map has the column: what is like it is another one.
  expect(doubts("well,role,batch,batches")).toEqual([]);
  expect(doubts("well,role")).toEqual([]);
});
