/**
 * A study that trains in a second: one plate, 16 wells of two fields, two stains, the classes worlds apart; and runs
 * on it, each in a process of its own where it is to be killed.
 */
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { afterAll } from "vitest";
import { openRandom } from "../../src/base/random.ts";
import { type MaskName, maskName, maskNames, masksFolder } from "../../src/simulate/study-files.ts";

/** What the tiny images measure: not square, so that width and height cannot change places unnoticed. */
export const [width, height] = [64, 48];

export const root = fileURLToPath(new URL("../..", import.meta.url));
const cli = join(root, "dist", "cli", "node.js");

/** A folder that is removed after the tests of the file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "neuroscreen-runs-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  return folder;
}

interface Plate {
  readonly name?: string;
  readonly stains?: readonly string[];
  readonly bitDepth?: 8 | 16;
  /** Another number gives other noise. */
  readonly seed?: number;
}

/**
 * Writes a study below `folder`, and gives the path of its file. In rows A and B: columns 1 to 3 negative, 4 to 6
 * positive, 7 and 8 a compound that makes wells look positive at its high dose. Row B is held out.
 */
export async function writeStudy(
  folder: string,
  { name = "tiny", stains = ["FKHR", "DNA"], bitDepth = 8, seed = 1 }: Plate = {},
): Promise<string> {
  const below = join(folder, name);
  mkdirSync(join(below, "images"), { recursive: true });
  const map = ["well,role,compound,concentration,unit"];
  for (const row of ["A", "B"]) {
    for (let column = 1; column <= 8; column++) {
      const well = `${row}0${column}`;
      const dose = column === 8 ? 10 : 0.1;
      const role = column <= 3 ? "negative" : column <= 6 ? "positive" : "sample";
      map.push(role === "sample" ? `${well},sample,X,${dose},uM` : `${well},${role},,,`);
      const isBright = role === "positive" || column === 8;
      for (const site of [1, 2]) {
        for (const [channel] of stains.entries()) {
          const path = join(below, "images", `${well}_s${site}_w${channel + 1}.png`);
          writeFileSync(path, await picture(isBright, bitDepth, openRandom(seed, well, site, channel)));
        }
      }
    }
  }
  writeFileSync(join(below, "map.csv"), `${map.join("\n")}\n`);
  const study = join(below, "study.yaml");
  const channels = stains.map((stain, i) => `{ name: ${stain}, match: '${i + 1}' }`);
  writeFileSync(
    study,
    `name: tiny
images: images
format: pattern
pattern: '(?<row>[A-H])(?<column>\\d\\d)_s(?<site>\\d)_w(?<channel>\\d)\\.png'
plate: P1
channels: [${channels.join(", ")}]
plateMap: map.csv
classes: { negative: untreated, positive: inhibited }
split: { unit: well, test: { rows: [B] }, validate: 0.34 }
`,
  );
  return study;
}

/** What each mask of {@link writeMasks} covers: all, nothing, or one of two halves. */
const covered: Readonly<Record<MaskName, (x: number) => boolean>> = {
  somata: () => true,
  nuclei: () => false,
  neurites: (x) => x < width / 2,
  changed: (x) => x >= width / 2,
  prePuncta: (x) => x === 3,
  postPuncta: () => true,
};

/** Masks of the positive wells, as a simulated screen has them beside its study file. */
export async function writeMasks(folder: string, plates: readonly string[]): Promise<void> {
  for (const plate of plates) {
    const masks = join(folder, masksFolder, plate);
    mkdirSync(masks, { recursive: true });
    for (const well of ["A04", "A05", "A06", "B04", "B05", "B06"])
      for (const site of [1, 2])
        for (const mask of maskNames) {
          const pixels = Uint8Array.from({ length: width * height }, (_, i) => (covered[mask](i % width) ? 255 : 0));
          await sharp(pixels, { raw: { width, height, channels: 1 } })
            .toColourspace("b-w")
            .tiff({ compression: "none" })
            .toFile(join(masks, maskName({ well, site }, mask)));
        }
  }
}

/** Dim noise, or bright noise. */
async function picture(isBright: boolean, bitDepth: 8 | 16, random: ReturnType<typeof openRandom>): Promise<Buffer> {
  const pixels = bitDepth === 8 ? new Uint8Array(width * height) : new Uint16Array(width * height);
  const scale = bitDepth === 8 ? 1 : 16;
  for (let i = 0; i < pixels.length; i++) pixels[i] = scale * ((isBright ? 90 : 30) + random.below(60));
  return sharp(pixels, { raw: { width, height, channels: 1 } })
    .toColourspace(bitDepth === 8 ? "b-w" : "grey16")
    .png()
    .toBuffer();
}

/** The options of every training here. */
export const tiny = {
  fusion: "separate",
  backbone: "resnet10",
  width: 0.06,
  size: 64,
  crop: 32,
  batch: 4,
  seed: 7,
  learningRate: 0.004,
} as const;

/** The same as words of a command line. */
export const tinyWords = Object.entries(tiny).flatMap(([name, value]) => [
  name === "learningRate" ? "--lr" : `--${name}`,
  String(value),
]);

/** What a run in another process came to. */
interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the built program to its end. */
export function neuroscreen(...words: readonly string[]): Ended {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...words], { encoding: "utf8" });
  return { code: status, out: stdout, err: stderr };
}

/** Runs the built program with `--json` and presses Ctrl-C when it tells an event of the given kind. */
export async function interruptedAt(kind: string, ...words: readonly string[]): Promise<Ended> {
  const child = spawn(process.execPath, [cli, ...words, "--json"]);
  const heard = { out: "", err: "", isPressed: false };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    heard.out += text;
    if (heard.isPressed || !heard.out.includes(`"kind":"${kind}"`)) return;
    heard.isPressed = true;
    child.kill("SIGINT");
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    heard.err += text;
  });
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { code, out: heard.out, err: heard.err };
}

/**
 * Begins a run of the built package in a process that kills itself, with SIGKILL, the moment the run tells an event
 * of the given kind; the `nth` of them, counted from one.
 */
export function killedAt(kind: string, verb: "train" | "screen" | "explain", options: object, nth = 1): void {
  const script = `
    let left = ${nth};
    import { ${verb} } from ${JSON.stringify(join(root, "dist", "index.js"))};
    for await (const { kind } of ${verb}(${JSON.stringify(options)})) {
      if (kind === ${JSON.stringify(kind)} && --left === 0) process.kill(process.pid, "SIGKILL");
    }`;
  // A file: the threads of a process that runs `--eval` inherit its `--input-type`, and refuse their own files.
  const file = join(mkdtempSync(join(tmpdir(), "neuroscreen-killed-")), "run.mjs");
  writeFileSync(file, script);
  const { signal, stderr } = spawnSync(process.execPath, [file], { encoding: "utf8" });
  rmSync(dirname(file), { recursive: true });
  if (signal !== "SIGKILL") throw new Error(`the run was not killed: ${stderr}`);
}

/** The events of a run, and what it gave back. */
export async function followed<Event, Summary>(
  run: AsyncGenerator<Event, Summary>,
): Promise<{ events: Event[]; summary: Summary }> {
  const events: Event[] = [];
  for (;;) {
    const told = await run.next();
    if (told.done) return { events, summary: told.value };
    events.push(told.value);
  }
}

/** The files of a folder as text that tells bytes apart, by name. */
export function filesOf(folder: string, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name)).toString("latin1")]));
}

/** Every name in a folder, hidden ones too. */
export function namesIn(folder: string): string[] {
  return readdirSync(folder).sort();
}
