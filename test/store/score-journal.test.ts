import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type JournalEntry, openScoreJournal } from "../../src/store/score-journal.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "neuroscreen-journal-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const open = ({ key = "k", resume = true } = {}) => openScoreJournal(join(folder, "screen"), { key, resume });
const path = () => join(folder, ".screen.scores.jsonl");
const entry = (site: number): JournalEntry => ({
  ...{ field: `0:P1/A01/${site}`, logits: [-site / 3, site / 3], features: Float32Array.of(site / 7, -0, 1e-40) },
});
const remembered = async (options?: { key?: string; resume?: boolean }) => [...(await open(options)).earlier.values()];

describe("the journal of a screen", () => {
  test("remembers to the last bit what was appended", async () => {
    const number = fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Object.is(value, -0));
    const entries = fc.record({
      field: fc.string(),
      logits: fc.tuple(number, number),
      features: fc.float32Array({ maxLength: 6 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(entries, { selector: ({ field }) => field, maxLength: 4 }), async (all) => {
        await (await open({ resume: false })).append(all);
        expect(await remembered()).toEqual(all);
      }),
      { numRuns: 30 },
    );
  });

  test("goes on where it was, over and over", async () => {
    await (await open()).append([entry(1), entry(2)]);
    await (await open()).append([entry(3)]);
    expect(await remembered()).toEqual([entry(1), entry(2), entry(3)]);
  });

  test("forgets a last line that was cut short, wherever, and writes on after it", async () => {
    await (await open()).append([entry(1), entry(2)]);
    const whole = readFileSync(path(), "utf8");
    const last = whole.trimEnd().split("\n").at(-1)!.length;
    for (const cut of [2, 10, 30, last]) {
      truncateSync(path(), whole.length - cut);
      const journal = await open();
      expect([...journal.earlier.values()]).toEqual([entry(1)]);
      await journal.append([entry(2)]);
      expect(await remembered()).toEqual([entry(1), entry(2)]);
      writeFileSync(path(), whole);
    }
  });

  test("forgets what is no entry, and keeps the others", async () => {
    await (await open()).append([entry(1)]);
    // JSON, but seven bytes of features.
    appendFileSync(path(), '{"field":"0:P1/A01/2","logits":[0,1],"features":"AAAAAAAAAA=="}\nnoise\n{"field":1}\n');
    await (await open()).append([entry(3)]);
    expect(await remembered()).toEqual([entry(1), entry(3)]);
  });

  test("belongs to its key, and to those who resume", async () => {
    await (await open()).append([entry(1)]);
    expect(await remembered({ key: "other" })).toEqual([]);
    await (await open()).append([entry(1)]);
    expect(await remembered({ resume: false })).toEqual([]);
  });

  test("lies beside the folder to be, and is gone when it is removed", async () => {
    const journal = await open();
    expect(readdirSync(folder)).toEqual([".screen.scores.jsonl"]);
    await journal.remove();
    await journal.remove();
    expect(readdirSync(folder)).toEqual([]);
  });
});
