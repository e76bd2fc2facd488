/**
 * What the checks say of a kind of map on this network, in a sentence for where it is drawn.
 */
import type { ExplainChecks, MethodVerdict } from "../records/explain.ts";
import type { MapKind } from "./importance.ts";

/** Above this rank correlation with the trained network's map, a map of fresh weights is called the same. */
const sameMap = 0.5;

/** Above this one with the head alone drawn anew, a map is called the same for any answer: the head is what turns features into one. */
const anyAnswer = 0.9;

/** Whatever it does on this network, readers must know what it did on others. */
const publishedFailure =
  "Elsewhere guided backpropagation has failed: it draws much the same for a network of random weights (Adebayo et al. 2018, arXiv:1810.03292).";

/** The figures of the checks that were run. */
type CheckFigures = Pick<ExplainChecks, "enrichment" | "deletion" | "randomisation">;

/**
 * A map holds if it passes each check that was run: it lies on what was changed, surely and more than the maps of networks that learned
 * nothing; its pixels matter more than the same shape elsewhere; it changes with the weights, those of
 * the head among them.
 */
export function verdictOfKind(kind: MapKind, figures: CheckFigures): MethodVerdict {
  const isOwn = (figure: MapKind) => figure.method === kind.method && figure.stage === kind.stage;
  const changed = figures.enrichment.filter((own) => isOwn(own) && own.inside === "changed" && own.stain === null);
  const passes: string[] = [];
  const failures: string[] = [];
  const judge = (holds: boolean, pass: string, failure: string) => (holds ? passes.push(pass) : failures.push(failure));

  const trained = changed.find(({ network }) => network === "trained")?.enrichment;
  if (trained != null && trained.low !== null) {
    const others = changed.filter(({ network }) => network !== "trained");
    const times = trained.mean.toFixed(2);
    if (trained.low <= 1) failures.push(`does not surely lie on what was changed (${times} times its share)`);
    else
      judge(
        others.every(({ gain }) => gain !== null && gain.low !== null && gain.low > 0),
        `lies on what was changed (${times} times its share, surely more than without learning)`,
        `lies on what was changed (${times} times its share), but not surely more than that of a network that learned nothing`,
      );
  }
  const difference = figures.deletion.find(isOwn)?.difference;
  if (difference !== undefined && difference.low !== null)
    judge(difference.low > 0, "has pixels that matter more than others", "has pixels that matter no more than others");
  const layers = figures.randomisation.find(isOwn)?.layers ?? [];
  const [head, last] = [layers.at(0)?.correlation.mean, layers.at(-1)?.correlation.mean];
  if (head !== undefined && last !== undefined) {
    if (last >= sameMap) failures.push("stays much the same when all weights are drawn anew");
    else
      judge(
        head < anyAnswer,
        "changes with the weights",
        "stays the same when the head alone is drawn anew, and so explains no answer in particular",
      );
  }

  const holds = failures.length > 0 ? false : passes.length > 0 ? true : null;
  const found = [...failures, ...passes];
  const words = holds === null ? "Too few fields to tell." : `This map ${found.join("; ")}.`;
  return { ...kind, holds, sentence: kind.method === "guided" ? `${words} ${publishedFailure}` : words };
}
