import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Opening, openLedger } from "../../src/store/opened.ts";
import { ledgerPlaces, placesOf } from "../../src/store/places.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "neuroscreen-opened-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const opening = (model: string, wells: string[], by: Opening["by"] = "train"): Opening => ({
  ...{ time: "2026-11-23T12:00:00.000Z", by, model, wells },
});

describe("the ledger of test wells", () => {
  test("counts each model once that was judged by any of these wells", async () => {
    const places = [join(folder, "study.opened.jsonl")];
    const ledger = await openLedger(places);
    const count = (...wells: string[]) => ledger.countModels(new Set(wells));
    expect(await count("P/A01")).toBe(0);
    await ledger.record(opening("one", ["P/A01", "P/A02"]));
    await ledger.record(opening("one", ["P/A01", "P/A02"], "screen"));
    await (await openLedger(places)).record(opening("two", ["P/A02"]));
    expect([await count("P/A01"), await count("P/A02", "P/B09"), await count("P/A03")]).toEqual([1, 2, 0]);
    expect(readFileSync(places[0]!, "utf8").split("\n").length).toBe(4);
  });

  test("lies at the next place where the first takes nothing, is read from all, and survives a cut line", async () => {
    writeFileSync(join(folder, "file"), "");
    const [locked, other] = [join(folder, "file", "a.jsonl"), join(folder, "cache", "a.jsonl")];
    const old = join(folder, "b.jsonl");
    writeFileSync(old, `${JSON.stringify(opening("two", ["P/A01"]))}\n{"time":"20`);
    const ledger = await openLedger([locked, other, old]);
    await ledger.record(opening("one", ["P/A01"]));
    expect(await ledger.countModels(new Set(["P/A01"]))).toBe(2);
  });

  test("is refused before any work where no place takes it, and says what to name", async () => {
    writeFileSync(join(folder, "file"), "");
    await expect(openLedger([join(folder, "file", "a.jsonl")])).rejects.toMatchObject({
      code: "cannot-write",
      message: expect.stringContaining("Name a folder of yours with --cache DIR."),
    });
  });
});

describe("the places of what belongs to a study", () => {
  test("are beside it, then the user's cache folder", () => {
    const [beside, cached] = placesOf("/data/pilot/my study.yaml", "fields.parquet");
    expect(beside).toBe("/data/pilot/my study.fields.parquet");
    expect(cached).toMatch(/neuroscreen[/\\]my study-[0-9a-f]{8}\.fields\.parquet$/);
  });

  test("are the folder that is asked for alone, where studies of one name do not meet", () => {
    const at = (study: string) => placesOf(study, "opened.jsonl", { cache: "/cache" });
    expect(at("/data/a/study.yaml")).toEqual([expect.stringMatching(/^\/cache\/study-[0-9a-f]{8}\.opened\.jsonl$/)]);
    expect(at("/data/a/study.yaml")).not.toEqual(at("/data/b/study.yaml"));
  });

  test("of the ledger begin beside the study whatever folder is asked for, so that all count each other", () => {
    const [plain, asked] = [ledgerPlaces("/data/study.yaml"), ledgerPlaces("/data/study.yaml", { cache: "/cache" })];
    expect([plain[0], asked[0]]).toEqual(["/data/study.opened.jsonl", "/data/study.opened.jsonl"]);
    expect(asked[1]).toMatch(/^\/cache\/study-/);
    expect(asked[2]).toBe(plain[1]);
  });
});
