/** Whether a study has what the checks need: masks that say where the cells were changed. */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { NeuroscreenError } from "../base/errors.ts";
import type { ExplainCheck } from "../records/explain.ts";
import { masksFolder } from "../simulate/study-files.ts";
import type { StudyIndex } from "./index-study.ts";

/**
 * Refuses a check that cannot be made, before any time is spent.
 *
 * @throws {NeuroscreenError} `no-masks` for enrichment in a study without masks beside it
 */
export async function refuseWithoutMasks(checks: readonly ExplainCheck[], { study, path }: StudyIndex): Promise<void> {
  if (!checks.includes("enrichment")) return;
  const isThere = (below: string) =>
    stat(join(study.folder, below)).then(
      (found) => found.isDirectory(),
      () => false,
    );
  if (await isThere(masksFolder)) return;
  const isSimulated = await isThere("truth");
  throw new NeuroscreenError({
    code: "no-masks",
    what: `Checking the enrichment of maps in ${path}`,
    found: isSimulated ? "a simulated screen that was drawn without masks" : "a study that was not simulated",
    expected: `the folder \`${masksFolder}\` of a simulated screen: where its cells were changed is known`,
    remedy: isSimulated
      ? "Draw it again with `neuroscreen simulate --masks` and the same seed."
      : "Nobody knows where real cells were changed. Take the other checks here (--checks deletion,randomisation), and enrichment on a screen of `neuroscreen simulate --masks`.",
  });
}
