import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { index, type SimulateOptions, simulate } from "../../dist/index.js";
import { followed, namesIn, neuroscreen, root, temporaryFolder } from "./tiny-study.ts";

const folder = temporaryFolder();
/** One plate of one field a well, each just large enough to hold a neuron. */
const small = { plates: 1, fields: 1, size: 192, seed: 4, workers: 2 } as const;
const run = (out: string, options: Partial<SimulateOptions> = {}) =>
  followed(simulate({ ...small, ...options, out: join(folder, out) }));

/** The hash of every file below a folder, hidden ones too, by path; `run.json` tells of the run and is left out. */
function hashes(out: string, below = ""): Record<string, string> {
  return Object.fromEntries(
    readdirSync(join(folder, out, below), { withFileTypes: true })
      .map((entry) => ({ entry, path: join(below, entry.name) }))
      .filter(({ path }) => path !== "run.json")
      .flatMap(({ entry, path }) =>
        entry.isDirectory()
          ? Object.entries(hashes(out, path))
          : [
              [
                path,
                createHash("sha256")
                  .update(readFileSync(join(folder, out, path)))
                  .digest("hex"),
              ],
            ],
      ),
  );
}

const table = (out: string, name: string) => {
  const [header, ...lines] = readFileSync(join(folder, out, "truth", `${name}.csv`), "utf8")
    .trim()
    .split("\r\n");
  const columns = header!.split(",");
  return lines.map((line) => Object.fromEntries(line.split(",").map((cell, i) => [columns[i]!, cell])));
};

let whole: Record<string, string>;
beforeAll(async () => {
  await run("whole");
  whole = hashes("whole");
});

describe("a simulated screen", () => {
  test("is a study that is indexed without a problem", async () => {
    const { summary } = await followed(index({ study: join(folder, "whole", "study.yaml"), check: true }));
    expect(summary).toMatchObject({ problems: [], bitDepth: 16, width: 192, height: 192, pixelSizeMicrometres: 0.325 });
    expect([summary.wells.length, summary.fields.length]).toEqual([48, 48]);
  });

  test("has its truth beside it, a row a compound, well and field", () => {
    expect(["compounds", "wells", "fields"].map((name) => table("whole", name).length)).toEqual([1, 48, 48]);
    expect(table("whole", "fields").map(({ Metadata_Well }) => Metadata_Well)).toEqual(
      table("whole", "wells").map(({ Metadata_Well }) => Metadata_Well),
    );
    // What an index remembers lies beside the study.
    const names = namesIn(join(folder, "whole")).filter((name) => name !== "study.fields.parquet");
    expect(names).toEqual(["config.json", "images", "platemap.csv", "run.json", "study.yaml", "truth"]);
    expect(namesIn(join(folder, "whole", "images"))).toEqual(["P01"]);
    expect(namesIn(join(folder, "whole", "images", "P01"))).toContain("B - 4(fld 1 wv Red - Cy5).tif");
  });

  test("has files of one length, whatever they show", () => {
    const images = join(folder, "whole", "images", "P01");
    expect(new Set(readdirSync(images).map((name) => statSync(join(images, name)).size)).size).toBe(1);
  });

  test("has the same bytes for any number of workers, and others for another seed", async () => {
    await run("alone", { workers: 1 });
    expect(hashes("alone")).toEqual(whole);
    await run("many", { workers: 3 });
    expect(hashes("many")).toEqual(whole);
    await run("other", { seed: 5, only: "P01/B03" });
    const path = join("images", "P01", "B - 3(fld 1 wv Red - Cy5).tif");
    expect(hashes("other")[path]).not.toBe(whole[path]);
  });

  test("has the same bytes of a well that is drawn by itself, among more plates and fields, with masks", async () => {
    await run("one", { only: "p01/c05", plates: 3, fields: 2, masks: true });
    const drawn = hashes("one");
    const images = Object.keys(drawn).filter((path) => path.startsWith("images"));
    expect(images.length).toBe(8);
    const shared = images.filter((path) => path.includes("(fld 1 "));
    expect(shared.map((path) => drawn[path])).toEqual(shared.map((path) => whole[path]));
    expect(namesIn(join(folder, "one", "masks", "P01"))).toContain("C - 5(fld 2 changed).tif");
    expect(table("one", "fields").length).toBe(2);
  });

  test("tells what it will take, how far it is, and where it went", async () => {
    const { events, summary } = await run("told", { only: "P01/B03", fields: 3 });
    expect(events.map(({ kind }) => kind)).toEqual(["planned", "drawn", "drawn", "drawn", "saved"]);
    expect(events[0]).toMatchObject({
      text: expect.stringMatching(
        /^1 plate, 3 fields of 192 × 192 \(62.4 µm\): 12 files, 887 kB; about \d+ s on \d+ threads?$/,
      ),
    });
    expect(events[3]).toMatchObject({ done: 3, total: 3, secondsLeft: 0 });
    expect(summary).toMatchObject({ plates: 1, wells: 1, fields: 3, files: 12, defects: 0 });
  });
});

describe("defects", () => {
  beforeAll(async () => {
    await run("spoilt", { defects: true });
  });

  test("are listed in the truth, and those of files are each named by the index", async () => {
    const defects = table("spoilt", "defects");
    expect(defects.map(({ Defect }) => Defect)).toEqual([
      ...["missing", "doubled", "truncated", "saturated", "blank", "out-of-focus"],
    ]);
    const { summary } = await followed(index({ study: join(folder, "spoilt", "study.yaml"), check: true }));
    const subject = (kind: string) => {
      const { Metadata_Plate, Metadata_Well, Metadata_Site } = defects.find(({ Defect }) => Defect === kind)!;
      return `${Metadata_Plate}/${Metadata_Well}/${Metadata_Site}`;
    };
    const named = summary.problems.map((problem) => `${problem.code} ${problem.subject}`);
    expect(named).toEqual(
      expect.arrayContaining([
        `channel-missing ${subject("missing")}`,
        `image-doubled ${subject("doubled")}`,
        `bad-image ${subject("truncated")}`,
      ]),
    );
    for (const kind of ["saturated", "blank", "out-of-focus"])
      expect(named.filter((name) => name.endsWith(subject(kind)) && !name.startsWith("well-lost"))).toEqual([]);
  });

  test("change no other file, and the truth only by their list", () => {
    const spoilt = hashes("spoilt");
    const wells = table("spoilt", "defects").map(({ Metadata_Well }) => Metadata_Well!);
    const places = wells.map((well) => `${well[0]} - ${Number(well.slice(1))}(`);
    const others = Object.keys(whole).filter(
      (path) => path.startsWith("images") && !places.some((place) => path.includes(`/${place}`)),
    );
    expect(others.length).toBe(4 * (48 - new Set(wells).size));
    expect(others.map((path) => spoilt[path])).toEqual(others.map((path) => whole[path]));
    expect(spoilt["truth/wells.csv"]).toBe(whole["truth/wells.csv"]);
  });
});

describe("a run that is killed", () => {
  /** Runs the command and kills it, with SIGKILL, when it has told of so many fields. */
  async function killedAfter(fields: number, out: string): Promise<void> {
    const words = Object.entries(small).flatMap(([name, value]) => [`--${name}`, String(value)]);
    const cli = join(root, "dist", "cli", "node.js");
    const child = spawn(process.execPath, [cli, "simulate", ...words, "--json", "--out", join(folder, out)]);
    let heard = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      heard += text;
      if (heard.split('"kind":"drawn"').length > fields) child.kill("SIGKILL");
    });
    await new Promise((resolve) => child.on("close", resolve));
  }

  test.each([0, 17, 47])("after %i fields shows no study, and resumes to the same bytes", async (fields) => {
    const out = `killed-${fields}`;
    await killedAfter(fields, out);
    expect(existsSync(join(folder, out, "study.yaml"))).toBe(false);
    const { events, summary } = await run(out, { resume: true });
    expect(hashes(out)).toEqual(whole);
    expect(summary.fields).toBe(48);
    const drawn = events.filter(({ kind }) => kind === "drawn").length;
    expect(drawn).toBeLessThanOrEqual(48 - Math.max(0, fields - small.workers));
  });

  test("resumes over files that were cut short", async () => {
    await killedAfter(12, "cut");
    const partial = join(folder, "cut", "images", ".P01.partial");
    const done = namesIn(join(folder, "cut", "truth", ".facts", "P01")).map((name) => name.slice(0, 3));
    for (const name of namesIn(partial)) {
      const well = `${name[0]}${/\d+/.exec(name)![0].padStart(2, "0")}`;
      if (!done.includes(well)) writeFileSync(join(partial, name), "half");
    }
    await run("cut", { resume: true });
    expect(hashes("cut")).toEqual(whole);
  });

  test("is not resumed with other options", async () => {
    await expect(run("killed-17", { resume: true, seed: 5, size: 256 })).rejects.toThrow(
      "found a screen begun with seed 4, size 192.\nResume with the options that it was begun with",
    );
  });

  test("has nothing left to do once it is whole", async () => {
    const { events } = await run("killed-17", { resume: true, workers: 1 });
    expect(events.map(({ kind }) => kind)).toEqual(["saved"]);
    expect(hashes("killed-17")).toEqual(whole);
  });

  test("stops when it is told to, and goes on", async () => {
    const controller = new AbortController();
    const stopped = simulate({ ...small, out: join(folder, "stopped") }, controller.signal);
    for (let told = await stopped.next(); !told.done && told.value.kind !== "drawn"; ) told = await stopped.next();
    controller.abort(new DOMException("stop", "AbortError"));
    await expect(followed(stopped)).rejects.toThrow("stop");
    await run("stopped", { resume: true });
    expect(hashes("stopped")).toEqual(whole);
  });
});

describe("scores in place of images", () => {
  test("have the same truth, and no study", async () => {
    const { summary } = await run("scores", { scores: true });
    expect(summary).toMatchObject({ study: null, wells: 48, fields: 48, files: 0 });
    expect(namesIn(join(folder, "scores"))).toEqual([
      ...[".neuroscreen", "config.json", "platemap.csv", "run.json", "scores.csv", "scores.parquet", "truth"],
    ]);
    const scores = hashes("scores");
    for (const name of ["platemap.csv", "truth/wells.parquet", "truth/compounds.csv"])
      expect(scores[name]).toBe(whole[name]);
  });
});

describe("what cannot be simulated", () => {
  const refusal = async (options: Partial<SimulateOptions>, out = "refused") => {
    const found = await run(out, options).catch((error: unknown) => error);
    expect(found).toBeInstanceOf(Error);
    return found instanceof Error ? found.message : "";
  };

  test("is a view that holds no neuron", async () => {
    expect(await refusal({ size: 128, pixelSizeMicrometres: 0.325 })).toBe(
      "Laying out a field: expected at least 60 µm, which hold a neuron's soma and its first branches, found 128 pixels of 0.325 µm, " +
        "a view of 41.6 µm.\nTake --size 185 or more, or larger pixels (--pixel-size).",
    );
  });

  test("is into a folder that holds something, our own result too", async () => {
    mkdirSync(join(folder, "taken"));
    writeFileSync(join(folder, "taken", "thesis.txt"), "");
    expect(await refusal({}, "taken")).toMatch(
      /: expected nothing there, or an empty folder, found a folder that holds thesis.txt.\nName another folder/,
    );
    expect(await refusal({ resume: true }, "taken")).toMatch(/found a folder that holds thesis.txt/);
    expect(await refusal({ scores: true }, "taken")).toMatch(/found a folder that holds thesis.txt/);
    expect(await refusal({}, "whole")).toMatch(/Add --resume if this screen was cut short, or name another folder/);
    expect(namesIn(join(folder, "taken"))).toEqual(["thesis.txt"]);
  });

  test("is more than the disk holds", async () => {
    expect(await refusal({ published: true, plates: 36, fields: 999, size: 8192 })).toMatch(
      /expected room for 9\d\d TB, found .* free on the disk/,
    );
  });

  test("is another layout, a well that is none, a share above 1, or scores with masks", async () => {
    expect(await refusal({ layout: "figur" })).toMatch("Did you mean `figure`?");
    expect(await refusal({ only: "P01/B3" })).toMatch(/found "P01\/B3"\.\nDid you mean `P01\/B03`\?/);
    expect(await refusal({ difficulty: 2 })).toMatch("--difficulty: expected a number from 0 to 1, found 2");
    expect(await refusal({ scores: true, masks: true })).toMatch("--scores with --masks");
    expect(await refusal({ panel: join(folder, "no.csv") })).toMatch(/found .*no.csv, which is not there/);
    expect(existsSync(join(folder, "refused"))).toBe(false);
  });

  test("is told by the command with exit code 2", () => {
    const ended = neuroscreen("simulate", "--out", join(folder, "refused"), "--plates", "0");
    expect([ended.code, ended.err]).toEqual([
      2,
      expect.stringContaining("--plates: expected a whole number of at least 1, found `0`"),
    ]);
    const layout = neuroscreen("simulate", "--out", join(folder, "refused"), "--layout", "recovred");
    expect([layout.code, layout.err]).toEqual([2, expect.stringContaining("Did you mean `recovered`?")]);
  });
});

test("a study copied elsewhere is the same study", async () => {
  cpSync(join(folder, "whole"), join(folder, "elsewhere"), { recursive: true });
  const read = async (name: string) =>
    (await followed(index({ study: join(folder, name, "study.yaml"), check: true }))).summary.dataHash;
  expect(await read("elsewhere")).toBe(await read("whole"));
});
