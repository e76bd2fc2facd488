/**
 * `npm run demo:neurons`: six simulated plates of neurons, two of them held out, two networks, and the truth beside what they say.
 */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root, runNode, setUp } from "./setup.mjs";

const folder = "demo-neurons";
const screenFolder = `${folder}/screen`;
const study = `${screenFolder}/study.yaml`;
const recipe = "recipes/simulated.yaml";
/** The two networks by how the stains come together, with their width: so wide that both have as many parameters. */
const widths = { separate: 0.125, stacked: 0.25 };
const fusions = Object.keys(widths);

setUp();
const startedAt = performance.now();
rmSync(join(root, folder), { recursive: true, force: true });
const steps = 2 + 2 * fusions.length;
let done = 0;

step("drawing six plates of neurons, each with one compound", [
  ...["simulate", "--out", screenFolder, "--plates", "6", "--layout", "random", "--seed", "1"],
  ...["--fields", "2", "--size", "512", "--difficulty", "0.2"],
]);
holdOut(chooseHeldOut());
for (const fusion of fusions) {
  step(`teaching a network whose stains are ${fusion}`, [
    ...["train", study, "--config", recipe, "--fusion", fusion, "--width", String(widths[fusion])],
    ...["--out", `${folder}/models/${fusion}`],
  ]);
}
for (const fusion of fusions) {
  step(`scoring every well with the ${fusion} network`, [
    ...["screen", study, "--model", `${folder}/models/${fusion}`, "--out", `${folder}/${fusion}`],
  ]);
}
step("setting both side by side, and beside them the truth", [
  ...["report", ...fusions.map((fusion) => `${folder}/${fusion}`)],
  ...["--truth", `${screenFolder}/truth`, "--out", `${folder}/report.html`],
]);
const seconds = Math.round((performance.now() - startedAt) / 1000);
console.log(`\nThe demo took ${seconds} s. Its report: ${join(root, folder, "report.html")}`);
console.log(
  `Each network has its own report too: ${fusions.map((fusion) => `${folder}/${fusion}/report.html`).join(", ")}`,
);

function step(title, words) {
  done++;
  console.log(`\n${done} of ${steps}: ${title}`);
  console.log(`$ neuroscreen ${words.join(" ")}`);
  const begun = performance.now();
  const exitCode = runNode(["dist/cli/node.js", ...words]);
  if (exitCode !== 0) process.exit(exitCode);
  console.log(`(${Math.round((performance.now() - begun) / 1000)} s)`);
}

/** The plate of the first protective and of the first inert compound, as the truth has them. */
function chooseHeldOut() {
  const [head, ...lines] = readFileSync(join(root, screenFolder, "truth/compounds.csv"), "utf8")
    .trim()
    .split("\r\n");
  const names = head.split(",");
  const rows = lines.map((line) => Object.fromEntries(line.split(",").map((cell, i) => [names[i], cell])));
  return ["protective", "inert"].map((kind) => rows.find((row) => row.Class === kind).Metadata_Plate);
}

/**
 * Rewrites the study's split: these two plates for the test, and none to validate. The recipe was chosen beforehand, on other plates, and
 * the last epoch is kept, so every other plate may teach.
 */
function holdOut(plates) {
  const path = join(root, study);
  const text = readFileSync(path, "utf8")
    .replace(/^# Whole plates are held out.*$/m, "# Changed by the demo: two plates are held out, all others teach.")
    .replace(/test: \{ plates: .*/, `test: { plates: [${plates.join(", ")}] }`)
    .replace(/validate: \{ plates: .*/, "validate: { plates: [] }");
  writeFileSync(path, text);
  console.log(
    `\nHeld out: plates ${plates.join(" and ")}, with a protective and an inert compound. The other plates teach.`,
  );
}
