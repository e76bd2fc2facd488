import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { parquetMetadataAsync, parquetReadObjects, parquetSchema } from "hyparquet";
import { afterAll, describe, expect, test } from "vitest";
import type { Column } from "../../src/records/table.ts";
import { formatCsv, formatParquet, writeTable } from "../../src/store/tables.ts";

const folder = mkdtempSync(join(tmpdir(), "neuroscreen-tables-"));
afterAll(() => rmSync(folder, { recursive: true }));

const wells: readonly Column[] = [
  { name: "Metadata_Well", type: "string", values: ["A01", 'a "b", c', ""] },
  { name: "logit", type: "double", values: [0.1 + 0.2, null, -1e-300] },
  { name: "nFields", type: "int32", values: [3, 0, null] },
  { name: "isControl", type: "boolean", values: [true, false, null] },
];

const bufferOf = (bytes: Uint8Array) => Uint8Array.from(bytes).buffer;

describe("a table", () => {
  test("as CSV quotes what must be, leaves null empty, and keeps every digit", () => {
    expect(formatCsv(wells)).toBe(
      "Metadata_Well,logit,nFields,isControl\r\n" +
        "A01,0.30000000000000004,3,true\r\n" +
        '"a ""b"", c",,0,false\r\n' +
        '"",-1e-300,,\r\n',
    );
  });

  test("as Parquet keeps types and nulls", async () => {
    const file = bufferOf(formatParquet(wells));
    expect(await parquetReadObjects({ file })).toEqual([
      { Metadata_Well: "A01", logit: 0.1 + 0.2, nFields: 3, isControl: true },
      { Metadata_Well: 'a "b", c', logit: null, nFields: 0, isControl: false },
      { Metadata_Well: "", logit: -1e-300, nFields: null, isControl: null },
    ]);
    const { children } = parquetSchema(await parquetMetadataAsync(file));
    expect(children.map(({ element }) => `${element.name} ${element.type} ${element.repetition_type}`)).toEqual([
      "Metadata_Well BYTE_ARRAY OPTIONAL",
      "logit DOUBLE OPTIONAL",
      "nFields INT32 OPTIONAL",
      "isControl BOOLEAN OPTIONAL",
    ]);
  });

  test("comes back from both formats as it went in", async () => {
    const texts = fc.array(fc.option(fc.string().map((text) => text.replaceAll("\ufeff", ""))), {
      minLength: 1,
      maxLength: 20,
    });
    await fc.assert(
      fc.asyncProperty(texts, fc.double({ noNaN: true, noDefaultInfinity: true }), async (values, number) => {
        const columns: Column[] = [
          { name: "text", type: "string", values },
          { name: "number", type: "double", values: values.map(() => number) },
        ];
        const lines: string[][] = parse(formatCsv(columns));
        expect(lines.slice(1).map(([text]) => text)).toEqual(values.map((value) => value ?? ""));
        expect(lines.slice(1).every(([, text]) => Number(text) === number)).toBe(true);
        const rows = await parquetReadObjects({ file: bufferOf(formatParquet(columns)) });
        expect(rows.map((row) => row.text)).toEqual(values);
        expect(rows.every((row) => row.number === number)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  test("without rows still has its header and its types", async () => {
    const empty = wells.map((column) => ({ ...column, values: [] }));
    expect(formatCsv(empty)).toBe("Metadata_Well,logit,nFields,isControl\r\n");
    expect(await parquetReadObjects({ file: bufferOf(formatParquet(empty)) })).toEqual([]);
  });

  test("is written in the formats asked for, the same bytes each time", async () => {
    await writeTable(folder, "wells", wells, ["csv", "parquet"]);
    const read = () => ["wells.csv", "wells.parquet"].map((name) => readFileSync(join(folder, name), "base64"));
    const first = read();
    await writeTable(folder, "wells", wells, ["csv", "parquet"]);
    expect(read()).toEqual(first);
    await writeTable(folder, "quality", wells, ["csv"]);
    expect(readdirSync(folder).sort()).toEqual(["quality.csv", "wells.csv", "wells.parquet"]);
  });

  test("of columns that differ in length is a bug of ours", () => {
    expect(() => formatCsv([wells[0]!, { name: "short", type: "double", values: [1] }])).toThrow(
      "unreachable: columns of 3, 1 rows make no table",
    );
  });
});
