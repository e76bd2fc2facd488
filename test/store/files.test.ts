import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { listFiles, sha256, sha256File, writeAtomically, writeFolder, writing } from "../../src/store/files.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "neuroscreen-files-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const fillWith = (text: string) => async (temporary: string) => writeFileSync(join(temporary, "wells.csv"), text);

// Node's own way to make folders never comes back from there.
test.runIf(process.platform === "linux")("where nothing can be made, is refused at once", async () => {
  await expect(writeAtomically("/proc/none/model/config.json", "")).rejects.toMatchObject({
    code: "cannot-write",
    message: expect.stringContaining("found a place where nothing can be made"),
  });
});

describe("writing atomically", () => {
  test("makes the folders, replaces the file, and leaves nothing beside it", async () => {
    const path = join(folder, "model", "config.json");
    await writeAtomically(path, "old");
    await writeAtomically(path, Uint8Array.of(110, 101, 119));
    expect(readFileSync(path, "utf8")).toBe("new");
    expect(readdirSync(join(folder, "model"))).toEqual(["config.json"]);
  });

  test("keeps one whole file when many write at once", async () => {
    const path = join(folder, "state");
    const texts = Array.from({ length: 20 }, (_, i) => String(i).repeat(50_000));
    await Promise.all(texts.map((text) => writeAtomically(path, text)));
    expect(texts).toContain(readFileSync(path, "utf8"));
    expect(readdirSync(folder)).toEqual(["state"]);
  });

  test("leaves nothing behind when it fails", async () => {
    mkdirSync(join(folder, "taken"));
    await expect(writeAtomically(join(folder, "taken"), "x")).rejects.toThrow();
    expect(readdirSync(folder)).toEqual(["taken"]);
  });
});

describe("writing a folder", () => {
  test("shows it only when it is complete, and replaces its own earlier one whole", async () => {
    const path = join(folder, "runs", "screen");
    await writeFolder(path, async (temporary) => {
      await fillWith("first")(temporary);
      writeFileSync(join(temporary, "old.csv"), "");
      expect(readdirSync(join(folder, "runs"))).not.toContain("screen");
    });
    await writeFolder(path, fillWith("second"));
    expect(readdirSync(path).sort()).toEqual([".neuroscreen", "wells.csv"]);
    expect(readFileSync(join(path, "wells.csv"), "utf8")).toBe("second");
    expect(readdirSync(join(folder, "runs"))).toEqual(["screen"]);
  });

  test("takes away what a killed writer left an hour ago, and lets a younger one be", async () => {
    const [old, young] = [".screen.partial-1-1", ".screen.partial-2-1"];
    for (const name of [old, young]) mkdirSync(join(folder, name));
    const hoursAgo = new Date(Date.now() - 2 * 3_600_000);
    utimesSync(join(folder, old), hoursAgo, hoursAgo);
    await writeFolder(join(folder, "screen"), fillWith("new"));
    expect(readdirSync(folder).sort()).toEqual([young, "screen"]);
  });

  test("keeps the earlier one when filling fails, and leaves nothing else", async () => {
    const path = join(folder, "screen");
    await writeFolder(path, fillWith("first"));
    const failure = writeFolder(path, async (temporary) => {
      await fillWith("half")(temporary);
      throw new Error("the disk is full");
    });
    await expect(failure).rejects.toThrow("the disk is full");
    expect(readFileSync(join(path, "wells.csv"), "utf8")).toBe("first");
    expect(readdirSync(folder)).toEqual(["screen"]);
  });

  test("takes an empty folder, and refuses one that holds something else before it fills anything", async () => {
    const path = join(folder, "mine");
    mkdirSync(path);
    await writeFolder(path, fillWith("x"));
    rmSync(join(path, ".neuroscreen"));
    const filled = writeFolder(path, () => Promise.reject(new Error("filled")));
    await expect(filled).rejects.toThrow(
      `Writing the folder ${path}: expected nothing there, an empty folder, or an earlier result, found a folder that holds wells.csv.
Name another folder, or move what is there out of the way.`,
    );
    writeFileSync(join(folder, "file"), "");
    await expect(writeFolder(join(folder, "file"), fillWith("x"))).rejects.toMatchObject({ code: "folder-taken" });
  });
});

test("listing files follows links, but not around in circles, and passes over hidden ones", async () => {
  for (const path of ["here/b", "here/a", "elsewhere/P2"]) mkdirSync(join(folder, path), { recursive: true });
  for (const path of ["here/b/2.tif", "here/b/10.tif", "here/z.tif", "here/.hidden", "elsewhere/P2/1.tif"])
    writeFileSync(join(folder, path), "");
  symlinkSync(join(folder, "elsewhere"), join(folder, "here/a/link"));
  symlinkSync(join(folder, "here"), join(folder, "here/b/circle"));
  symlinkSync(join(folder, "nowhere"), join(folder, "here/gone.tif"));
  expect(await listFiles(join(folder, "here"))).toEqual([
    "a/link/P2/1.tif",
    "b/10.tif",
    "b/2.tif",
    "gone.tif",
    "z.tif",
  ]);
});

test("the SHA-256 of abc is the one of FIPS 180-2, from a file and from memory", async () => {
  writeFileSync(join(folder, "abc"), "abc");
  const digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  expect(await sha256File(join(folder, "abc"))).toBe(digest);
  expect(sha256("abc")).toBe(digest);
});

describe("A refusal of the system", () => {
  test("is advice: what could not be written, why, and what to do", async () => {
    const full = Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
    await expect(writing("runs/model/config.json", () => Promise.reject(full))).rejects.toMatchObject({
      code: "cannot-write",
      message:
        "Writing runs/model/config.json: expected a place with room that may be written to, found a full disk.\n" +
        "Make room and run it again, with --resume where it was long; nothing half-written counts.",
    });
  });

  test("that nobody can mend stays what it is", async () => {
    const bug = new TypeError("x is undefined");
    await expect(writing("a", () => Promise.reject(bug))).rejects.toBe(bug);
  });

  test("comes from a file where a folder should be, and leaves nothing", async () => {
    writeFileSync(join(folder, "file"), "");
    await expect(writeAtomically(join(folder, "file", "a.txt"), "x")).rejects.toMatchObject({ code: "cannot-write" });
    expect(readdirSync(folder)).toEqual(["file"]);
  });
});
