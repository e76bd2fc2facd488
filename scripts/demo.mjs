/**
 * `npm run demo`: the whole way of a real plate, from its images to its report, on this machine.
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { root, runNode, setUp } from "./setup.mjs";

const study = "examples/bbbc013/study.yaml";

setUp();
const startedAt = performance.now();
rmSync(join(root, "demo"), { recursive: true, force: true });
step("1 of 5: finding the 192 images of BBBC013, a real 96-well plate", ["index", study]);
step("2 of 5: training a small network on the control wells of rows A, C, E and G", [
  ...["train", study, "--config", "recipes/bbbc013.yaml", "--out", "demo/model"],
]);
step("3 of 5: scoring all 96 wells and fitting the dose curves", [
  ...["screen", study, "--model", "demo/model", "--out", "demo/screen"],
]);
step(
  "4 of 5: asking the network where it looked: the surest fields, the most unsure, and the wrong ones if there are any",
  [
    ...["explain", study, "--model", "demo/model", "--out", "demo/explanation"],
    ...["--methods", "gradcam,coloured", "--pick", "best,wrong,unsure", "--count", "2"],
  ],
);
step("5 of 5: taking that into the report", ["report", "demo/screen", "--explanation", "demo/explanation"]);
const seconds = Math.round((performance.now() - startedAt) / 1000);
console.log(`\nThe demo took ${seconds} s. Its report: ${join(root, "demo", "screen", "report.html")}`);
console.log(
  "Open it in a browser, and demo/explanation/report.html for more of why. The network is demo/model/model.onnx; README.md tells how to use it elsewhere.",
);

function step(title, words) {
  console.log(`\n${title}`);
  console.log(`$ neuroscreen ${words.join(" ")}`);
  const exitCode = runNode(["dist/cli/node.js", ...words]);
  if (exitCode !== 0) process.exit(exitCode);
}
