/**
 * Study files: where the images are, how their names read, what the channels and classes are called, which wells
 * are held out.
 *
 * A study is YAML, and {@link studySchema} is its one definition: the types, the checks, the default values and
 * `schemas/study.schema.json`, which editors use, come from it. A mistake is reported with its line and column.
 */
import { z } from "zod";
import { nearest } from "../base/errors.ts";
import { type HeldOutWells, mistakesOfHeldOut, readHeldOut } from "./held-out.ts";
import { parseSettings } from "./settings.ts";
import { plateSizes, standardNotation, type WellNotation } from "./wells.ts";

/** One stain: the name that reports use, and the text by which file names know it. */
export interface Channel {
  readonly name: string;
  readonly match: string;
}

/** Wells held out by where they lie on each plate; a well is a test well if any of the lists has it. */
export interface WellSplit {
  readonly unit: "well";
  readonly test: HeldOutWells;
  /** The share of the other control wells that validates, role by role; 0 for none. */
  readonly validate: number;
}

/** Whole plates held out, by name. The plate is what is kept together: plates of one batch may stand on two sides. */
export interface PlateSplit {
  readonly unit: "plate";
  readonly test: { readonly plates: readonly string[] };
  readonly validate: { readonly plates: readonly string[] };
}

/** Which plane of a stack (`z`) and which point of a series (`time`) is the image of a field, as names number them. */
export interface PlaneSelection {
  readonly z?: number;
  readonly time?: number;
}

/** A study, as its file says it. */
export interface Study {
  readonly name: string;
  /** The folder of the study file; `images` and `plateMap` are relative to it. */
  readonly folder: string;
  readonly images: string;
  readonly format: "incell" | "pattern";
  /** With format `pattern`: a regular expression with named groups, see `images/names.ts`. */
  readonly pattern?: string;
  /** The plate's name, where file names and folders carry none. */
  readonly plate?: string;
  /** A regular expression that finds the plate's name in the path of an image, relative to `images`. */
  readonly plateFrom?: string;
  /** How wells are written in image names, in the plate map and in `split.test`; the standard notation where it is not said. */
  readonly wells?: WellNotation;
  /** Names that carry a plane or a time are refused without it. */
  readonly select?: PlaneSelection;
  /** The stains in the network's order. */
  readonly channels: readonly Channel[];
  readonly plateMap: string;
  /** The words that reports use for the two control roles. */
  readonly classes: { readonly negative: string; readonly positive: string };
  readonly pixelSizeMicrometres?: number;
  readonly split?: WellSplit | PlateSplit;
}

/** The groups of `pattern` that mean something. */
const patternGroups = ["plate", "well", "row", "column", "site", "channel", "z", "time"] as const;

const text = z.string().min(1);

const regularExpression = text.superRefine((pattern, context) => {
  const reason = patternMistake(pattern);
  if (reason === undefined) return;
  const message = `not a regular expression (${reason})`;
  context.addIssue({ code: "custom", message, input: pattern });
});

// Whether a row is a letter or a number depends on another key, so rows and columns are read at the end.
const line = z.union([text, z.number()], { error: "should be letters or a number" });

const testWells = z
  .strictObject({
    rows: z.array(line).exactOptional(),
    columns: z.array(line).exactOptional(),
    wells: z.array(text).exactOptional(),
  })
  .refine(({ rows = [], columns = [], wells = [] }) => rows.length + columns.length + wells.length > 0, {
    error: "no wells: give `rows`, `columns` or `wells`",
  });

const plateSplit = z
  .strictObject({
    unit: z.literal("plate"),
    test: z.strictObject({ plates: z.array(text).min(1) }),
    validate: z.strictObject({ plates: z.array(text) }),
  })
  .superRefine(({ test, validate }, context) => {
    for (const [index, plate] of validate.plates.entries()) {
      if (!test.plates.includes(plate)) continue;
      const message = `plate ${plate} is in \`test\` too; keep it on one side`;
      context.addIssue({ code: "custom", message, path: ["validate", "plates", index], input: plate });
    }
  });

const wellSplit = z.strictObject({ unit: z.literal("well"), test: testWells, validate: z.number().min(0).lt(1) });

const wellNotation = z.strictObject({
  plate: z
    .literal(plateSizes)
    .exactOptional()
    .describe("How many wells each plate has; wells beyond them are refused."),
  letters: z
    .enum(["rows", "columns"])
    .default("rows")
    .describe("What the letters of a well's name count. With `columns`, `B4` is the second column, fourth row."),
  skip: z
    .array(
      z
        .string()
        .regex(/^[A-Za-z]$/, "should be one letter")
        .toUpperCase(),
    )
    .max(10)
    .default([])
    .describe("Letters that well names leave out; with `[I]`, `J` is the ninth."),
});

const planeNumber = z.int().min(0).exactOptional();

/** What a study file may say. The result lacks only the folder to be a {@link Study}. */
const studySchema = z
  .strictObject({
    name: text.describe("The study's name, for reports."),
    images: text.describe("The folder of the images, relative to this file, searched with all its subfolders."),
    format: z.enum(["incell", "pattern"]).describe("How the images are named."),
    pattern: regularExpression
      .exactOptional()
      .describe(
        "With format `pattern`: a regular expression for the file name (or, if it has a `/`, for the path below `images`) with the named groups `well`, or `row` and `column`; `channel`; and, where names carry them, `site`, `plate`, `z` and `time`.",
      ),
    plate: text.exactOptional().describe("The plate's name, where names and folders carry none."),
    plateFrom: regularExpression
      .exactOptional()
      .describe(
        "A regular expression that finds the plate's name in the path below `images`: its group `plate`, else its first group, else all of the match. Without it, the name of the parent folder.",
      ),
    wells: wellNotation
      .exactOptional()
      .describe(
        "How wells are written in image names, in the plate map and in `split.test`; reports write `A01` for all.",
      ),
    select: z
      .strictObject({ z: planeNumber, time: planeNumber })
      .exactOptional()
      .describe("The plane and the time to take where names carry them, by their numbers there."),
    channels: z
      .array(
        z.strictObject({
          name: text.describe("The stain's name, for reports."),
          match: text.describe("The channel as the file names write it; upper and lower case are the same."),
        }),
      )
      .min(1)
      .describe("The stains, in the order in which a network sees them."),
    plateMap: text.describe("The plate map, a CSV file, relative to this file."),
    classes: z
      .strictObject({ negative: text, positive: text })
      .default({ negative: "negative", positive: "positive" })
      .describe("The words of reports for the negative and the positive control wells."),
    pixelSizeMicrometres: z
      .number()
      .positive()
      .exactOptional()
      .describe("The side of a camera pixel, in the specimen."),
    split: z.discriminatedUnion("unit", [wellSplit, plateSplit]).exactOptional().describe("What is held out, and how."),
  })
  .superRefine((study, context) => {
    const tell = (path: (string | number)[], message: string) =>
      context.addIssue({ code: "custom", message, path, input: study });
    if (study.plate !== undefined && study.plateFrom !== undefined)
      tell(["plateFrom"], "a second source of the plate's name; keep `plate` or `plateFrom`");
    if (study.format === "incell" && study.pattern !== undefined)
      tell(["pattern"], "of no use with format `incell`; leave it out, or write `format: pattern`");
    if (study.format === "pattern" && study.pattern === undefined)
      tell(["format"], "a format that needs the key `pattern` too");
    if (study.format === "pattern" && study.pattern !== undefined && patternMistake(study.pattern) === undefined) {
      const groups = namedGroups(study.pattern);
      for (const group of groups.filter((name) => !patternGroups.some((known) => known === name))) {
        const near = nearest(group, patternGroups);
        const hint = near === undefined ? "" : ` (did you mean \`${near}\`?)`;
        tell(["pattern"], `unknown group \`${group}\`${hint}; one without a meaning is written \`(?:…)\``);
      }
      for (const plane of ["z", "time"] as const) {
        if (study.select?.[plane] !== undefined && !groups.includes(plane))
          tell(["select", plane], `of no use: \`pattern\` has no group \`(?<${plane}>…)\``);
      }
      if (!groups.includes("well") && !(groups.includes("row") && groups.includes("column")))
        tell(["pattern"], "no group that finds the well; name one `(?<well>…)`, or two `(?<row>…)` and `(?<column>…)`");
      if (!groups.includes("channel") && study.channels.length > 1)
        tell(["pattern"], "no group `(?<channel>…)`, although the study has several channels");
    }
    if (study.split?.unit === "well") {
      const notation = study.wells ?? standardNotation;
      for (const { path, message } of mistakesOfHeldOut(study.split.test, notation))
        tell(["split", "test", ...path], message);
    }
    for (const key of ["name", "match"] as const)
      for (const [index, channel] of study.channels.entries()) {
        const isSame = (other: Channel) => other[key].toLowerCase() === channel[key].toLowerCase();
        if (study.channels.findIndex(isSame) < index)
          tell(["channels", index, key], `the ${key} of an earlier channel again, ${JSON.stringify(channel[key])}`);
      }
  });

/** The JSON Schema of study files, for editors; checked in as `schemas/study.schema.json`. */
export function studyJsonSchema(): unknown {
  return z.toJSONSchema(studySchema, { io: "input", target: "draft-7" });
}

/**
 * Reads a study file.
 *
 * @param options.path the file's absolute path; its folder becomes {@link Study.folder}
 * @throws {NeuroscreenError} `bad-study` with every mistake, its line and column, and the nearest key or word where one is near
 */
export function parseStudy(source: string, { path }: { readonly path: string }): Study {
  const settings = parseSettings(source, { schema: studySchema, what: `Reading the study ${path}`, code: "bad-study" });
  const { split, ...rest } = settings;
  const study = { ...rest, folder: folderOf(path) };
  if (split === undefined) return study;
  if (split.unit === "plate") return { ...study, split };
  return { ...study, split: { ...split, test: readHeldOut(split.test, study.wells ?? standardNotation) } };
}

/** The folder of an absolute path; that of a file at the top of a disk keeps the slash that makes it absolute. */
function folderOf(path: string): string {
  const folder = path.replace(/[/\\][^/\\]*$/, "");
  return folder === "" || /^[A-Za-z]:$/.test(folder) ? path.slice(0, folder.length + 1) : folder;
}

/** The names of a regular expression's named groups. */
export function namedGroups(pattern: string): string[] {
  // With an empty alternative the expression matches the empty text, and its groups are all there, undefined.
  return Object.keys(new RegExp(`${pattern}|`).exec("")?.groups ?? {});
}

/** Why a text is no regular expression; undefined for one that is. */
function patternMistake(pattern: string): string | undefined {
  try {
    new RegExp(pattern);
    return undefined;
  } catch (error) {
    // What stands behind the pattern, which the file has on this very line.
    return String(error).split(": ").at(-1)!.toLowerCase();
  }
}
