import { describe, expect, test } from "vitest";
import { NeuroscreenError } from "../../src/base/errors.ts";
import {
  checked,
  initSummary,
  problem,
  runOf,
  say,
  scored,
  screenSummary,
  step,
  studyIndex,
  trainSummary,
} from "./stub.ts";

const train = ["train", "study.yaml", "--out", "m"];
const screen = ["screen", "study.yaml", "--model", "m", "--out", "s"];
const error = new NeuroscreenError({
  ...{ code: "bad-image", what: "Reading a.png", found: "a colour image", expected: "a grey image" },
  remedy: "Export one grey image a stain.",
});

describe("neuroscreen", () => {
  test("prints its version and help on stdout with exit code 0", async () => {
    expect(await say(["--version"])).toMatchObject({ code: 0, out: "1.2.3\n", err: "" });
    const help = await say(["--help"]);
    expect(help).toMatchObject({ code: 0, err: "" });
    const verbs = [...help.out.split("Commands:")[1]!.matchAll(/^ {2}(\w+)/gm)].map(([, verb]) => verb);
    expect(verbs).toEqual([
      "init",
      "index",
      "train",
      "crossvalidate",
      "screen",
      "explain",
      "report",
      "simulate",
      "info",
      "help",
    ]);
  });

  test("without a verb prints its help on stderr with exit code 2", async () => {
    const heard = await say([]);
    expect(heard).toMatchObject({ code: 2, out: "" });
    expect(heard.err).toContain("Usage: neuroscreen");
  });

  test("names the verb that was nearly meant", async () => {
    const heard = await say(["trian", "study.yaml"]);
    expect(heard).toMatchObject({ code: 2, out: "", calls: [] });
    expect(heard.err).toContain("unknown command 'trian'\n(Did you mean train?)");
  });

  test("names a verb that it has no help on", async () => {
    const heard = await say(["help", "trian"]);
    expect(heard).toMatchObject({ code: 2, out: "" });
    expect(heard.err).toContain("unknown command 'trian'\n(Did you mean train?)");
    expect((await say(["help", "nope"])).err).toContain("unknown command 'nope'");
    expect(await say(["help", "train"])).toMatchObject({ code: 0, err: "" });
    expect(await say(["help"])).toMatchObject({ code: 0, err: "" });
  });

  test("fits its help into narrow terminals", async () => {
    for (const words of [[], ["init"], ["index"], ["train"], ["screen"], ["report"], ["info"]]) {
      const { out } = await say([...words, "--help"], { terminal: { columns: 40 } });
      const broken = out
        .split("\n")
        .filter((line) => line.length > 40 && line.trim().includes(" ") && !line.startsWith("Usage:"));
      expect(broken).toEqual([]);
    }
  });

  test("names the option that was nearly meant, and shows that command's help", async () => {
    const heard = await say([...train, "--epoch", "3"]);
    expect(heard).toMatchObject({ code: 2, out: "", calls: [] });
    expect(heard.err).toContain("unknown option '--epoch'\n(Did you mean --epochs?)");
    expect(heard.err).toContain("Usage: neuroscreen train [options] <study>");
  });

  test("asks for a missing argument or option, and refuses one too many", async () => {
    expect((await say(["train", "study.yaml"])).err).toContain("required option '--out <dir>' not specified");
    expect((await say(["screen", "study.yaml", "--out", "s"])).err).toContain("required option '--model <dir>'");
    expect((await say(["info"])).err).toContain("missing required argument 'path'");
    expect((await say(["report"])).err).toContain("missing required argument 'dir'");
    expect(await say(["info", "a", "b"])).toMatchObject({ code: 2, calls: [] });
  });

  test("refuses an empty path, as an unset variable of a shell gives", async () => {
    for (const words of [
      ["train", "study.yaml", "--out", ""],
      ["screen", "study.yaml", "--model", "", "--out", "s"],
      ["init", ""],
      ["index", "study.yaml", "--cache", ""],
    ]) {
      const heard = await say(words);
      expect(heard).toMatchObject({ code: 2, out: "", calls: [] });
      expect(heard.err).toContain("expected a path, found nothing.\nGive a path; if it comes from a variable");
    }
  });

  test("tells wrong usage as data too where JSON is wanted", async () => {
    const { code, out } = await say(["info", "--json"]);
    expect(code).toBe(2);
    expect(JSON.parse(out)).toEqual({
      error: { code: "wrong-usage", message: "error: missing required argument 'path'" },
    });
  });
});

describe("an error", () => {
  const failing = (thrown: unknown) => ({ verbs: { info: () => Promise.reject(thrown) } });

  test("that the user can mend is its text, no stack, exit code 2", async () => {
    expect(await say(["info", "m"], failing(error))).toMatchObject({
      ...{ code: 2, out: "" },
      err: "error: Reading a.png: expected a grey image, found a colour image.\nExport one grey image a stain.\n",
    });
  });

  test("that the user can mend is data on stdout with --json", async () => {
    const { out, err } = await say(["info", "m", "--json"], failing(error));
    expect(JSON.parse(out)).toEqual({
      error: {
        ...{ code: "bad-image", what: "Reading a.png", found: "a colour image", expected: "a grey image" },
        remedy: "Export one grey image a stain.",
      },
    });
    expect(err).toMatch(/^error: Reading a\.png/);
  });

  test("of ours shows its stack and says that it is a bug, exit code 1", async () => {
    const heard = await say(["info", "m"], failing(new Error("unreachable: no such operator")));
    expect(heard).toMatchObject({ code: 1, out: "" });
    expect(heard.err).toMatch(/^bug: Error: unreachable: no such operator\n {4}at /);
    expect(heard.err).toContain("This is a bug in neuroscreen, not a mistake of yours.");
  });

  test("that is not even an Error still ends in exit code 1", async () => {
    expect(await say(["info", "m"], failing("a text"))).toMatchObject({ code: 1 });
  });

  test("has its first word in red where colour is allowed", async () => {
    const { err } = await say(["info", "m"], { ...failing(error), terminal: { hasColour: true } });
    expect(err.startsWith("\u001b[31merror\u001b[39m: Reading")).toBe(true);
  });

  test("that came with a stop is exit code 130, with the way to go on", async () => {
    const verbs = {
      async *train() {
        yield step;
        throw new DOMException("stopped by Ctrl-C", "AbortError");
      },
    };
    expect(await say(train, { verbs })).toMatchObject({
      ...{ code: 130, out: "" },
      err: "What was finished is kept: the same command with --resume goes on from there.\nStopped.\n",
    });
  });
});

describe("a stop", () => {
  test("reaches a training through its signal", async () => {
    const controller = new AbortController();
    const verbs = {
      async *train(_: unknown, signal: AbortSignal) {
        controller.abort(new DOMException("stopped by Ctrl-C", "AbortError"));
        signal.throwIfAborted();
        return yield* runOf([], trainSummary);
      },
    };
    expect(await say(train, { verbs, signal: controller.signal })).toMatchObject({ code: 130 });
  });

  test("ends a verb that takes no signal, at once", async () => {
    const controller = new AbortController();
    const verbs = { info: () => new Promise<never>(() => controller.abort(new DOMException("stop", "AbortError"))) };
    expect(await say(["info", "m"], { verbs, signal: controller.signal })).toMatchObject({
      code: 130,
      err: "Stopped.\n",
    });
  });
});

describe("init", () => {
  test("prints what was found and where it was written on stdout, warnings and what to do next on stderr", async () => {
    const heard = await say(["init", "my images", "--out", "here"]);
    expect(heard).toMatchObject({ code: 0, calls: [["init", { images: "my images", out: "here" }]] });
    expect(heard.out).toBe(
      [
        "names     ImageXpress (MetaXpress)",
        "plates    P1",
        "wells     4",
        "channels  w1, w2",
        "fields    8, from 16 of 17 images",
        "pixels    2048 × 2048, 16 bits, 0.325 µm",
        "left aside: thumbnails and previews (1), such as P1_B03_thumb.TIF",
        "wrote study.yaml",
        "wrote platemap.csv\n",
      ].join("\n"),
    );
    expect(heard.err).toBe(
      "warning: names tell the channels by numbers\ndone in 30 s\n" +
        "next: fill in the column role of platemap.csv, then: neuroscreen index study.yaml\n",
    );
  });

  test("leaves out what it does not know", async () => {
    const plates = ["A", "B", "C", "D", "E"].map((name) => ({ name, wells: 2, fields: 2 }));
    const summary = { ...initSummary, plates, pixels: null, leftOut: [], warnings: [] };
    const { out } = await say(["init", "images"], { verbs: { init: async () => summary } });
    expect(out).toContain("plates    5, from A to E\nwells     10\n");
    expect(out).not.toMatch(/pixels|left aside/);
  });

  test("prints the same as data with --json, and nothing else", async () => {
    const { out, err } = await say(["init", "images", "--json"]);
    expect(err).toBe("");
    expect(JSON.parse(out)).toEqual({ kind: "init", ...initSummary });
  });
});

describe("index", () => {
  const indexing = (...facts: Parameters<typeof studyIndex>) => ({
    verbs: { index: () => runOf([checked(96)], studyIndex(...facts)) },
  });

  test("prints what was found on stdout, and the next command on stderr", async () => {
    const heard = await say(["index", "my study.yaml"]);
    expect(heard).toMatchObject({ code: 0, calls: [["index", { study: "my study.yaml" }]] });
    expect(heard.out).toBe(
      [
        "study      pilot",
        "plates     P1",
        "channels   FKHR, DNA",
        "roles      2 negative, 1 sample",
        "images     3 fields in 2 wells",
        "pixels     320 × 320, 8 bits, 0.653 µm",
        "position   tells the role of 4.5 of 8 test wells (chance: about 4)",
        "data hash  0123abcd",
        "kept in    study.fields.parquet\n",
      ].join("\n"),
    );
    expect(heard.err).toBe(
      "done in 30 s\nnext: choose what is held out, the key split of my study.yaml, then: neuroscreen train 'my study.yaml' --out model\n",
    );
  });

  test("says what it does not know yet, and what it left aside", async () => {
    const facts = { dataHash: null, looked: "sample", otherPlanes: 72, position: null } as const;
    const { out } = await say(["index", "study.yaml"], indexing([], facts));
    expect(out).toContain("images     3 fields in 2 wells; 72 images of other planes or times left aside\n");
    expect(out).toContain("8 bits, 0.653 µm (a sample; --check looks at all)\n");
    expect(out).toContain("position   too few control wells to say\n");
    const few = { wells: 7, right: 7, heldOut: "well", explains: false } as const;
    expect((await say(["index", "study.yaml"], indexing([], { position: few }))).out).toContain("position   too few");
    expect(out).toContain("data hash  not known before every image was read (--check reads them)\n");
  });

  test("warns where position alone tells the roles", async () => {
    const position = { wells: 12, right: 11, heldOut: "plate", explains: true } as const;
    const { code, out, err } = await say(["index", "study.yaml"], indexing([], { position }));
    expect(code).toBe(0);
    expect(out).toContain("position   tells the role of 11 of 12 wells of plates left out (chance: about 6)\n");
    expect(err).toMatch(/^read 96 .*\nwarning: position tells the role of 11 of 12 wells/);
    expect(err).toContain("Hold out other wells, or mix the controls on the next plates.\n");
  });

  test("shows how far its check is, and hands over its options", async () => {
    const words = ["index", "study.yaml", "--check", "--cache", "kept", "--workers", "2"];
    const { calls } = await say(words);
    expect(calls).toEqual([["index", { study: "study.yaml", check: true, cache: "kept", workers: 2 }]]);
    expect((await say(words, indexing())).err).toContain("read 96 of 192 images: 40 images/s, 5.0 s left\n");
  });

  test("says that a check that was stopped can go on", async () => {
    const verbs = {
      async *index() {
        yield checked(96);
        throw new DOMException("stopped by Ctrl-C", "AbortError");
      },
    };
    const heard = await say(["index", "study.yaml", "--check"], { verbs });
    expect(heard).toMatchObject({ code: 130, out: "" });
    expect(heard.err).toContain("What was finished is kept: the same command goes on from there.\nStopped.\n");
  });

  test("lists problems and still ends well, but not with --check", async () => {
    const problems = [{ code: "x", subject: "a.png", message: "left out: not a grey image" }];
    const heard = await say(["index", "study.yaml"], indexing(problems));
    expect(heard.code).toBe(0);
    expect(heard.out).toMatch(/\na\.png: left out: not a grey image\n$/);
    const checked = await say(["index", "study.yaml", "--check"], indexing(problems));
    expect(checked).toMatchObject({ code: 2, out: heard.out });
    expect(checked.err).toContain(
      "error: Checking study.yaml: expected every well and image to be usable, found 1 problem.\n" +
        "Mend or remove what is listed above. Without --strict, train and screen leave it out and go on.\n",
    );
  });

  test("lists twenty problems of a kind and counts the others", async () => {
    const problems = Array.from({ length: 27 }, (_, i) => ({ code: "x", subject: `${i}.png`, message: "left out" }));
    const { out } = await say(
      ["index", "study.yaml"],
      indexing([...problems, { ...problems[0]!, code: "y", subject: "P1" }]),
    );
    expect(out).toContain("\n19.png: left out\nand 7 more like the last; --json lists all\nP1: left out\n");
  });

  test("prints the same as data with --json, and nothing else", async () => {
    const { out, err } = await say(["index", "study.yaml", "--json"]);
    expect(err).toBe("");
    expect(JSON.parse(out)).toEqual({
      ...{ kind: "index", study: "pilot", path: "study.yaml", plates: ["P1"], channels: ["FKHR", "DNA"] },
      ...{ wellsByRole: { negative: 2, sample: 1 }, wellsWithFields: 2, fields: 3, width: 320, height: 320 },
      ...{
        bitDepth: 8,
        pixelSizeMicrometres: 0.6525,
        looked: "all",
        otherPlanes: 0,
        dataHash: "0123abcd",
        cache: "study.fields.parquet",
        problems: [],
      },
      position: { wells: 8, right: 4.5, heldOut: "split", explains: false },
    });
  });
});

describe("train", () => {
  test("hands over every option that was given, and none that was not", async () => {
    expect((await say(train)).calls).toEqual([["train", { study: "study.yaml", out: "m" }]]);
    const words =
      "--config c.yaml --stains MAP2,DNA --pretrained r.pth --stem sum --init-from a b --fusion separate --backbone resnet18 --width 0.25 --size 320 --crop 128 --epochs 150 --batch 8 " +
      "--lr 1e-3 --optimizer adamw --seed 0 --normalize plate --device cpu --workers 2 --cache kept --strict --resume --json";
    const { code, calls } = await say([...train, ...words.split(" ")]);
    expect(code).toBe(0);
    expect(calls[0]![1]).toEqual({
      ...{ study: "study.yaml", out: "m", config: "c.yaml", fusion: "separate", backbone: "resnet18", width: 0.25 },
      ...{ size: 320, crop: 128, epochs: 150, batch: 8, learningRate: 0.001, optimizer: "adamw", seed: 0 },
      ...{ device: "cpu", workers: 2, strict: true, resume: true },
      ...{ normalize: "plate", cache: "kept" },
      ...{ stains: ["MAP2", "DNA"], pretrained: "r.pth", stem: "sum", initFrom: ["a", "b"] },
    });
  });

  test("ends with the results on stdout, and the time and the next command on stderr", async () => {
    const heard = await say(train);
    expect(heard.out).toBe(
      [
        "control wells  right           95 % interval  fields right",
        "training       11 of 12 wells  65 to 99 %     87.5 %",
        "validation     none",
        "test           11 of 12 wells  65 to 99 %     87.5 %",
        "kept epoch 3 of 4, the best by validation\n",
      ].join("\n"),
    );
    expect(heard.err).toMatch(
      /^epoch 2 of 4: .*\ndone in 30 s\nnext: neuroscreen screen study\.yaml --model runs\/model --out screen\n$/,
    );
  });

  test("tells each event and the result as a line of JSON with --json, and nothing on stderr", async () => {
    const verbs = { train: () => runOf([problem, step], trainSummary) };
    const { out, err } = await say([...train, "--json"], { verbs });
    expect(err).toBe("");
    const lines = out.trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      problem,
      step,
      { kind: "done", ...trainSummary, seconds: 30 },
    ]);
  });

  test.each([
    ["--epochs", "0", "--epochs: expected a whole number of at least 1, found `0`."],
    ["--batch", "2.5", "--batch: expected a whole number of at least 1, found `2.5`."],
    ["--size", "big", "--size: expected a whole number of at least 1, found `big`."],
    ["--seed", "-1", "--seed: expected a whole number of at least 0, found `-1`."],
    ["--lr", "0", "--lr: expected a number above 0, found `0`."],
    ["--width", "", "--width: expected a number above 0, found nothing."],
    ["--optimizer", "adam", "--optimizer: expected sgd or adamw, found `adam`.\nDid you mean `adamw`?"],
    ["--normalize", "plates", "--normalize: expected study or plate, found `plates`.\nDid you mean `plate`?"],
    ["--device", "cuda", "--device: expected cpu, found `cuda`."],
    ["--lr", "0,001", "--lr: expected a number above 0, found `0,001`.\nWrite the decimal point as a point: `0.001`."],
  ])("refuses %s %s with the option, what was found and what was expected", async (option, text, message) => {
    const heard = await say([...train, option, text]);
    expect(heard).toMatchObject({ code: 2, out: "", calls: [] });
    expect(heard.err).toContain(`error: ${message}`);
  });
});

describe("screen", () => {
  test("hands over its models in their order", async () => {
    const { calls } = await say([...screen, "--model", "m2", "--batch", "4", "--workers", "1", "--strict", "--resume"]);
    expect(calls).toEqual([
      [
        "screen",
        { study: "study.yaml", models: ["m", "m2"], out: "s", batch: 4, workers: 1, strict: true, resume: true },
      ],
    ]);
  });

  test("hands over each difference that is to be accepted", async () => {
    const words = [...screen, "--accept", "bit-depth", "--accept", "pixel-size", "--cache", "kept"];
    const { calls } = await say(words);
    expect(calls[0]![1]).toMatchObject({ accept: ["bit-depth", "pixel-size"], cache: "kept" });
    const heard = await say([...screen, "--accept", "bitdepth"]);
    expect(heard).toMatchObject({ code: 2, calls: [] });
    expect(heard.err).toContain(
      "--accept: expected bit-depth or pixel-size, found `bitdepth`.\nDid you mean `bit-depth`?",
    );
  });

  test("does not carry models from one run to the next", async () => {
    await say(screen);
    expect((await say(screen)).calls).toEqual([["screen", { study: "study.yaml", models: ["m"], out: "s" }]]);
  });

  test("ends with the plates and the report", async () => {
    const heard = await say(screen, { verbs: { screen: () => runOf([scored(96)], screenSummary) } });
    expect(heard.out).toBe(
      [
        "scored 96 fields of 96 wells, 2 compounds",
        "Z′ (projection)  untouched controls  all, trained-on too",
        "BBBC013          0.901               0.95",
        "P2               none                0.5",
        "wrote runs/screen/report.html\n",
      ].join("\n"),
    );
    expect(heard.err).toMatch(/done in 30 s\nnext: open runs\/screen\/report\.html in a browser\n$/);
  });
});

describe("report", () => {
  test("says where the report is", async () => {
    expect(await say(["report", "s"])).toMatchObject({
      code: 0,
      out: "wrote s/report.html\n",
      calls: [["report", "s"]],
    });
  });

  test("takes an explanation into the report of one screen", async () => {
    expect((await say(["report", "s", "--explanation", "e"])).calls).toEqual([
      ["report", { folder: "s", explanation: "e" }],
    ]);
    const several = await say(["report", "a", "b", "--explanation", "e"]);
    expect(several).toMatchObject({ code: 2, calls: [] });
    expect(several.err).toContain(
      "--explanation: expected the one whose report is to hold it, found 2 screen folders.",
    );
    expect(await say(["report", "a", "--explanation", "e", "--truth", "t"])).toMatchObject({ code: 2, calls: [] });
  });

  test("sets several screens, or one and its truth, side by side", async () => {
    const heard = await say(["report", "a", "b", "--truth", "t", "--out", "page.html"]);
    expect(heard).toMatchObject({
      code: 0,
      out: "separate: 22 of 24 unseen control wells right.\nwrote page.html\n",
      calls: [["sideBySide", { screens: ["a", "b"], truth: "t", out: "page.html" }]],
    });
    expect(heard.err).toContain("next: open page.html in a browser\n");
    expect((await say(["report", "a", "--truth", "t"])).calls).toEqual([
      ["sideBySide", { screens: ["a"], truth: "t" }],
    ]);
  });

  test("gives the figures as data with --json", async () => {
    const { out } = await say(["report", "a", "b", "--json"]);
    expect(JSON.parse(out)).toMatchObject({ kind: "done", path: "side-by-side.html", screens: [{ name: "separate" }] });
    expect(JSON.parse((await say(["report", "s", "--json"])).out)).toMatchObject({ path: "s/report.html" });
  });
});

describe("info", () => {
  test("prints facts as indented text, or as they are with --json", async () => {
    expect((await say(["info", "m"])).out).toBe("model: m\nstains:\n  - FKHR\n  - DNA\ntraining:\n  epochs: 4\n");
    expect(JSON.parse((await say(["info", "m", "--json"])).out)).toEqual({
      ...{ kind: "model", path: "m", facts: { stains: ["FKHR", "DNA"], training: { epochs: 4 } } },
    });
  });
});
