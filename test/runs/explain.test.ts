import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { beforeAll, describe, expect, test } from "vitest";
import { type ExplainOptions, explain, info, train } from "../../dist/index.js";
import type { ExplanationRecord } from "../../src/records/explain.ts";
import { decodeNpy } from "../../src/store/npy.ts";
import {
  filesOf,
  followed,
  height,
  killedAt,
  namesIn,
  neuroscreen,
  temporaryFolder,
  tiny,
  width,
  writeMasks,
  writeStudy,
} from "./tiny-study.ts";

const folder = temporaryFolder();
const model = join(folder, "model");
const outs = join(folder, "outs");
const methods = ["gradcam", "gradient", "guided", "windows", "windows-exact", "coloured"] as const;
const recordOf = (out: string): ExplanationRecord => JSON.parse(readFileSync(join(outs, out, "explain.json"), "utf8"));
const optionsOf = (out: string, more: Partial<ExplainOptions> = {}): ExplainOptions => ({
  ...{ study, model, out: join(outs, out), methods },
  ...(more.fields ? {} : { pick: ["best", "median"], count: 1 }),
  ...more,
});
const run = (out: string, more?: Partial<ExplainOptions>) => followed(explain(optionsOf(out, more)));

/** All files below a folder but the one with times and paths. */
function decided(out: string): Record<string, string> {
  const names = readdirSync(join(outs, out), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== "run.json")
    .map((entry) => join(entry.parentPath, entry.name).slice(join(outs, out).length + 1))
    .sort();
  return filesOf(join(outs, out), names);
}

let study = "";
beforeAll(async () => {
  study = await writeStudy(folder);
  await followed(train({ study, ...tiny, epochs: 3, out: model }));
  await run("whole", { workers: 1 });
}, 120_000);

describe("an explanation", () => {
  test("leaves a folder with these files and nothing beside it", () => {
    expect(namesIn(join(outs, "whole"))).toEqual(
      [
        ...[".neuroscreen", "explain.json", "fields", "montage", "report.html", "run.json"],
        ...["maps", "stain_wells", "stains"].flatMap((name) => [`${name}.csv`, `${name}.parquet`]),
      ].sort(),
    );
    expect(namesIn(outs)).toEqual(["whole"]);
  });

  test("picks what was asked for among the fields that the network has not seen", () => {
    const { fields } = recordOf("whole");
    expect(fields.map(({ choice, role }) => `${choice} ${role}`)).toEqual(
      expect.arrayContaining(["median negative", "median positive", "median sample"]),
    );
    for (const { role, well, part } of fields) if (role !== "sample") expect([well[0], part]).toEqual(["B", "test"]);
    const best = fields.find(({ choice }) => choice === "best")!;
    expect(best.verdict).not.toBe(best.role === "positive" ? "negative" : "positive");
  });

  test("has each map as numbers, as a picture of the field's size and as a row", async () => {
    const { fields } = recordOf("whole");
    for (const { maps } of fields) {
      expect(new Set(maps.map(({ method }) => method))).toEqual(new Set(methods));
      // Two stains apart: two stages and two classes of each.
      expect(maps.filter(({ method }) => method === "gradcam")).toHaveLength(8);
      for (const map of maps) {
        const { shape, data } = decodeNpy(readFileSync(join(outs, "whole", map.npy)), map.npy);
        expect(shape).toEqual([map.height, map.width]);
        expect([Math.min(...data), Math.max(...data)]).toEqual([map.least, map.largest]);
        expect(await sharp(join(outs, "whole", map.overlay)).metadata()).toMatchObject({
          format: "png",
          width,
          height,
        });
      }
    }
    const rows = readFileSync(join(outs, "whole", "maps.csv"), "utf8")
      .trim()
      .split("\n");
    expect(rows).toHaveLength(1 + fields.reduce((sum, { maps }) => sum + maps.length, 0));
  });

  test("shares the log-odds out among the stains to the last bit that counts", () => {
    for (const { stains, logit } of recordOf("whole").fields) {
      expect(stains.map(({ replacedBy }) => replacedBy)).toEqual(["mean", "vehicle"]);
      for (const own of stains) {
        expect(own.logit).toBeCloseTo(logit, 4);
        expect(own.shapley.reduce((sum, value) => sum + value, 0)).toBeCloseTo(own.logit - own.logitOfNone, 8);
      }
    }
  });

  test("says neither times nor paths but in run.json, and `info` says what it is of", async () => {
    for (const [name, text] of Object.entries(decided("whole"))) expect(text, name).not.toContain(folder);
    expect(JSON.stringify(await info(join(outs, "whole")))).toContain("Grad-CAM");
  });

  test("has the same bytes by other workers, and killed and resumed", async () => {
    await run("two", { workers: 2 });
    expect(decided("two")).toEqual(decided("whole"));
    const options = optionsOf("killed");
    killedAt("explained", "explain", options, 2);
    expect(existsSync(options.out)).toBe(false);
    expect(namesIn(outs)).toContain(".killed.explained");
    const { events } = await run("killed", { resume: true });
    expect(decided("killed")).toEqual(decided("whole"));
    expect(events.filter(({ kind }) => kind === "explained").length).toBeGreaterThan(0);
    expect(namesIn(outs).filter((name) => name.startsWith("."))).toEqual([]);
  }, 60_000);

  test("explains named fields, whatever was done to them, in their order", async () => {
    await run("named", { fields: ["P1/B08/2", "P1/a01/1"], stains: "none" });
    const { fields, wells } = recordOf("named");
    expect(fields.map(({ well, site, choice }) => `${well} ${site} ${choice}`)).toEqual(["B08 2 named", "A01 1 named"]);
    expect(wells).toEqual([]);
  });
});

describe("the checks of the maps", () => {
  const checks = ["enrichment", "deletion", "randomisation"] as const;
  const checked = { methods: ["gradcam", "gradient", "windows"], checks, stains: "none" } as const;
  beforeAll(async () => {
    await writeMasks(join(folder, "tiny"), ["P1"]);
    await run("checked", checked);
  });

  test("look at every field of the unseen positive controls, by this network and one that learned nothing", () => {
    const found = recordOf("checked").checks!;
    expect([found.nFields, found.nWells]).toEqual([6, 3]);
    expect(found.fields).toContain("has not seen");
    expect(new Set(found.enrichment.map(({ network }) => network))).toEqual(new Set(["trained", "random"]));
    for (const { method, inside, nFields, nWells } of found.enrichment)
      if (method === "gradient" && inside === "changed") expect([nFields, nWells]).toEqual([6, 3]);
    const kinds = new Set(found.verdicts.map(({ method, stage }) => `${method} ${stage}`));
    expect(kinds).toEqual(new Set(["gradcam layer3", "gradcam layer4", "gradient null", "windows null"]));
  });

  test("find as much as its share in all of a field, and in its halves together", () => {
    const { enrichment } = recordOf("checked").checks!;
    const of = (network: string, method: string, inside: string) =>
      enrichment.find(
        (own) => own.network === network && own.method === method && own.stain === null && own.inside === inside,
      )!;
    for (const network of ["trained", "random"]) {
      expect(of(network, "gradient", "somata").enrichment!.mean).toBeCloseTo(1, 6);
      expect(of(network, "gradient", "nuclei").enrichment).toBeNull();
      const halves = ["neurites", "changed"].map((half) => of(network, "gradient", half).enrichment!.mean);
      expect(halves[0]! + halves[1]!).toBeCloseTo(2, 5);
    }
    // A difference of means over the same fields.
    const [trained, random] = ["trained", "random"].map((network) => of(network, "gradient", "changed"));
    expect(random!.gain!.mean).toBeCloseTo(trained!.enrichment!.mean - random!.enrichment!.mean, 6);
    expect(trained!.gain).toBeNull();
    const apart = enrichment.filter(({ method, stain }) => method === "gradient" && stain !== null);
    expect(new Set(apart.map(({ network, stain }) => `${network} ${stain}`))).toEqual(
      new Set(["trained FKHR", "trained DNA"]),
    );
  });

  test("say how far the answer falls, and how a map changes down to the stem", () => {
    const { deletion, randomisation } = recordOf("checked").checks!;
    for (const { difference, top, rolled } of deletion) expect(difference.mean).toBeCloseTo(top.mean - rolled.mean, 6);
    expect(deletion.map(({ method }) => method)).toContain("gradient");
    for (const { layers } of randomisation) {
      expect(layers.map(({ layer }) => layer)).toEqual(["head", "layer4", "layer3", "layer2", "layer1", "stem"]);
      // With nothing drawn anew a map is itself, to the last digit.
      for (const { correlation } of layers) expect(Math.abs(correlation.mean)).toBeLessThan(0.99999);
    }
  });

  test("take every positive control of plates that the network does not know: it has seen none", async () => {
    const other = await writeStudy(folder, { name: "unknown", seed: 2 });
    writeFileSync(other, readFileSync(other, "utf8").replace("plate: P1", "plate: Q1"));
    await run("unknown", { ...checked, study: other, methods: ["gradient"], checks: ["randomisation"] });
    const { fields, nFields, nWells } = recordOf("unknown").checks!;
    expect([nFields, nWells]).toEqual([12, 6]);
    expect(fields).toContain("has not seen");
  });

  test("go on where they were killed, to the same figures", async () => {
    const options = optionsOf("cut", checked);
    const { events } = await run("counted", checked);
    const told = events.filter(({ kind }) => kind === "explained").length;
    killedAt("explained", "explain", options, told - 2);
    const kept = namesIn(join(outs, ".cut.explained", "records")).filter((name) => name.startsWith("check-"));
    expect(kept.length).toBeGreaterThan(3);
    const again = await run("cut", { ...checked, resume: true });
    expect(recordOf("cut").checks).toEqual(recordOf("checked").checks);
    expect(again.summary.verdicts.map(({ map }) => map)).toContain("gradcam layer4");
  }, 60_000);
});

describe("an explanation that cannot be", () => {
  const refusal = (more: Partial<ExplainOptions>) => run("refused", more);
  test("of fields that are not there names the nearest", async () => {
    await expect(refusal({ fields: ["P1/B08/7"] })).rejects.toThrow(/P1\/B08\/7.*P1\/B08\/2/s);
    await expect(refusal({ fields: ["P9/B08/1"] })).rejects.toThrow(/P9.*P1/s);
    await expect(refusal({ fields: ["B08"] })).rejects.toThrow("no PLATE/WELL/SITE");
  });

  test("says what a window may be, and what a network beside must have learned", async () => {
    await expect(refusal({ window: 500 })).rejects.toThrow("at most 48");
    await expect(refusal({ checks: ["enrichment"], beside: model })).rejects.toThrow("taught the true labels");
    await expect(refusal({ checks: ["deletion"], beside: model })).rejects.toThrow("--checks enrichment");
  });

  test("of a study without masks cannot say where maps should lie", async () => {
    const other = await writeStudy(folder, { name: "bare" });
    await expect(refusal({ study: other, checks: ["enrichment"] })).rejects.toThrow("not simulated");
    rmSync(join(folder, "bare"), { recursive: true });
  });

  test("by the command line ends with 2 and one error, and leaves nothing", () => {
    const words = ["explain", study, "--model", model, "--out", join(outs, "refused")];
    for (const [more, named] of [
      [["--methods", "gradcamm"], "gradcam"],
      [["--fields", "P1/B08/1", "--pick", "best"], "--pick"],
      [["--count", "0"], "--count"],
      [["--class", "vehicel"], "untreated"],
    ] as const) {
      const { code, err } = neuroscreen(...words, ...more);
      expect([code, err]).toEqual([2, expect.stringContaining(named)]);
      expect(err).not.toContain("    at ");
    }
    expect(namesIn(outs).filter((name) => name.includes("refused"))).toEqual([]);
  });
});
