import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import type { ExplanationRecord } from "../../src/records/explain.ts";
import { report } from "../../src/runs/report.ts";
import { checks, explanation, field, picturesOf } from "../report/explanations.ts";
import { reportOf } from "../report/synthetic.ts";
import { screenInput, type TestWell } from "../screening/plate.ts";
import { temporaryFolder } from "./tiny-study.ts";

const folder = temporaryFolder();

/** A screen whose wells and network are those of the explanations below. */
function writeScreen(name: string): string {
  const wells = ["B01", "B12", "D12", "D01", "C05"].map(
    (well, i): TestWell => ({ well, logits: [i - 2], role: i % 2 === 0 ? "negative" : "positive", part: "test" }),
  );
  const provenance = [{ label: "Model (SHA-256 of model.onnx)", value: `${"5d".repeat(32)}, ${"6e".repeat(32)}` }];
  const out = join(folder, name);
  mkdirSync(out);
  const page = { ...reportOf(screenInput(wells), { provenance }), examples: [] };
  writeFileSync(join(out, "report.json"), JSON.stringify(page));
  return out;
}

/** Its pictures hold the names of their own files, so that it can be seen which is where. */
function writeExplanation(name: string, more: Partial<ExplanationRecord> = {}): string {
  const base = explanation(more);
  // The plate of the made-up screens.
  const ofPlate = <T extends { readonly plate: string }>(own: T): T => ({ ...own, plate: "P1" });
  const record = { ...base, fields: base.fields.map(ofPlate), montage: base.montage.map(ofPlate) };
  const out = join(folder, name);
  mkdirSync(out);
  for (const path of picturesOf(record).filter((own) => own.startsWith("fields/"))) {
    mkdirSync(dirname(join(out, path)), { recursive: true });
    writeFileSync(join(out, path), `picture of ${path}`);
  }
  writeFileSync(join(out, "explain.json"), JSON.stringify(record));
  return out;
}

const uri = (path: string) => `data:image/jpeg;base64,${Buffer.from(`picture of ${path}`).toString("base64")}`;
const pageOf = (screen: string) => readFileSync(join(screen, "report.html"), "utf8");
const errorOf = (act: Promise<unknown>) => act.then(() => "none", String);

describe("report with an explanation", () => {
  test("takes it into the screen’s folder, where it stays without the explanation’s own", async () => {
    const screen = writeScreen("kept");
    await report(screen, { explanation: writeExplanation("told", { checks }) });
    const page = pageOf(screen);
    expect(page).toContain('<section id="explanation"><h2>Why it says so</h2>');
    expect(page).toContain("It does not lie where the truth was changed.");
    for (const name of ["stains", "gradcam-layer4-FKHR-GFP-1", "coloured"])
      expect(page).toContain(uri(`fields/P1-B12-1/${name}.jpg`));
    // Full size stays in the explanation's folder, and so do maps that the report does not show.
    expect(page).not.toContain('href="fields');
    expect(page).not.toContain(uri("fields/P1-B12-1/gradcam-layer3-FKHR-GFP-1.jpg"));

    await report(screen);
    expect(pageOf(screen)).toBe(page);
  });

  test("replaces the one that was there, its pictures too", async () => {
    const screen = writeScreen("replaced");
    await report(screen, { explanation: writeExplanation("first") });
    const before = readdirSync(join(screen, "explanation")).length;
    const one = writeExplanation("second", { fields: [field("B12", "positive", "wrong", 6.4)] });
    await report(screen, { explanation: one });
    expect(readdirSync(join(screen, "explanation")).filter((name) => name.endsWith(".jpg"))).toEqual(
      ["01", "02", "03", "04"].map((name) => `${name}.jpg`),
    );
    expect(before).toBeGreaterThan(5);
    expect(pageOf(screen)).not.toContain("P1 B01, field 1");
  });

  test("shows at most six fields, some of each kind, and says how many more there are", async () => {
    const screen = writeScreen("many");
    const best = Array.from({ length: 9 }, (_, i) => field("B12", "positive", "best", 6 - i / 10, { site: i + 1 }));
    const fields = [...best, field("D12", "positive", "wrong", -2), field("D01", "negative", "unsure", 0.1)];
    await report(screen, { explanation: writeExplanation("eleven", { fields }) });
    const page = pageOf(screen);
    expect(page.match(/<article/g)).toHaveLength(6);
    for (const kind of ["Right, and surest", "Most wrong", "Most unsure"]) expect(page).toContain(`<h3>${kind}: `);
    expect(page).toContain("5 more fields, more maps and all figures");
  });

  test("follows no path out of the explanation’s folder", async () => {
    const screen = writeScreen("closed");
    writeFileSync(join(folder, "secret.jpg"), "secret");
    const own = { ...field("B12", "positive", "best", 6.4), picture: "../secret.jpg" };
    await report(screen, { explanation: writeExplanation("open", { fields: [own] }) });
    expect(existsSync(join(screen, "explanation/01.jpg"))).toBe(false);
    expect(existsSync(join(screen, "explanation/02.jpg"))).toBe(true);
    expect(pageOf(screen)).toContain("No picture.");
  });

  test("refuses one of another network, other wells or another study, and leaves the report as it was", async () => {
    const screen = writeScreen("strict");
    await report(screen);
    const before = pageOf(screen);
    const refused = async (name: string, more: Partial<ExplanationRecord>) =>
      errorOf(report(screen, { explanation: writeExplanation(name, more) }));
    const base = explanation();
    expect(
      await refused("network", { models: base.models.map((own) => ({ ...own, hash: "77".repeat(32) })) }),
    ).toContain(
      `Taking the explanation in ${join(folder, "network")} into the report of ${screen}: expected one that scored this screen: 5d5d5d5d5d5d…, 6e6e6e6e6e6e…, found the network 777777777777….\nExplain the same study with the --model that the screen was made with.`,
    );
    expect(await refused("wells", { fields: [field("H07", "positive", "best", 1)] })).toContain(
      "expected wells of small that were screened, found the well P1/H07 of small.",
    );
    expect(await refused("study", { study: { ...base.study, name: "other" } })).toContain("found the study other.");
    expect(pageOf(screen)).toBe(before);
    expect(existsSync(join(screen, "explanation"))).toBe(false);
  });

  test("refuses a folder that holds no explanation", async () => {
    const screen = writeScreen("none");
    expect(await errorOf(report(screen, { explanation: join(folder, "nowhere") }))).toContain(
      "nowhere: expected a folder that this version's `neuroscreen explain` wrote, found no explain.json that can be read.",
    );
    mkdirSync(join(folder, "other"));
    writeFileSync(join(folder, "other/explain.json"), "[]");
    expect(await errorOf(report(screen, { explanation: join(folder, "other") }))).toContain(
      "found an explain.json that holds something else.",
    );
  });
});
