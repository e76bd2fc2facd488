/**
 * The maps of a field: a network made ready for fields of one size, then asked field by field.
 */
import { floatTensor } from "../engine/graph/graph.ts";
import type { DeviceProfile } from "../engine/graph/profile.ts";
import type { ExplainMethod } from "../records/explain.ts";
import type { ExplainedNetwork, GraphRunner, RawMap } from "./explained.ts";
import { type FieldSize, planGraphs } from "./field-graphs.ts";
import { cutOut, goBack, goForward, lookThrough, sideBySide } from "./field-passes.ts";
import { decided, type Logits } from "./head.ts";
import { graphsInTurn } from "./in-turn.ts";
import { windowsOf } from "./windows.ts";
import { cutWindows, windowsAgreement } from "./windows-exact.ts";

/** What {@link openFieldExplainer} is told. */
export interface FieldExplainerOptions {
  /** The maps to make. `coloured` is drawn from `gradient` and `windows`, which are made for it. */
  readonly methods: readonly ExplainMethod[];
  /** The class whose logit gradients and guided backpropagation explain. */
  readonly class: 0 | 1;
  /** The windows' side that is wished for, in pixels of the network's image, such as the crops that it learnt from. */
  readonly window: number;
  /** What the graphs are lowered for. */
  readonly profile: DeviceProfile;
}

/** What is found out about one field. */
export interface FieldMaps {
  /** Of the two classes. */
  readonly logits: Logits;
  /** What each trunk gives the head. */
  readonly pooled: readonly Float32Array[];
  readonly maps: readonly RawMap[];
  /** Spearman's rank correlation of `windows` and `windows-exact` over the places that both have; null unless both were made. */
  readonly windowsAgreement: number | null;
}

/** A network, ready to explain fields of one size. To be closed. */
export interface FieldExplainer {
  /** Side and step of the windows in pixels of the network's image; null where none are made. */
  readonly window: { readonly size: number; readonly step: number } | null;
  /** Explains a field [stains, height, width], raw grey on the model's scale. */
  explain(image: Float32Array): Promise<FieldMaps>;
  /** What each trunk gives the head of such a field, and no maps. */
  pooled(image: Float32Array): Promise<Float32Array[]>;
  /** What the head says of pooled features, each row all trunks' side by side [Σk]. */
  logitsOf(pooled: readonly Float32Array[]): Promise<Logits[]>;
  close(): Promise<void>;
}

/**
 * Makes a network ready to explain fields of one size.
 *
 * A field goes forward through each trunk; the head's gradient by the pooled features then goes back through each, one after the other,
 * so that never two of them lie in memory with what they saw. One call at a time.
 */
export function openFieldExplainer(
  network: ExplainedNetwork,
  size: FieldSize,
  runner: GraphRunner,
  { methods, window: wished, ...way }: FieldExplainerOptions,
): FieldExplainer {
  const wanted = (...some: readonly ExplainMethod[]) => some.some((method) => methods.includes(method));
  const hasWindows = wanted("windows", "windows-exact", "coloured");
  const windows = hasWindows ? windowsOf(network, size, wished) : null;
  const plan = planGraphs(network, size, {
    ...way,
    windows: wanted("windows", "coloured") ? windows : null,
    cut: windows && wanted("windows-exact") ? cutWindows(windows, size) : null,
    isWanted: (method) => wanted(method) || (method === "gradient" && wanted("coloured")),
  });
  const turns = graphsInTurn(plan.graphs, runner);
  const decide = (rows: readonly Float32Array[]) => decided((inputs) => turns.run("head", inputs), rows);
  const fieldOf = (image: Float32Array) => floatTensor([1, network.stains, size.height, size.width], image);
  return {
    window: windows && { size: windows.size, step: windows.step },
    async explain(image) {
      const field = fieldOf(image);
      const forward = await goForward(plan, turns, field);
      const pooled = forward.map((trunk) => trunk.pooled.data);
      const [logits] = await decide([sideBySide(pooled)]);
      const backward = await goBack(plan, turns, field, pooled);
      const dense = plan.windows && (await lookThrough(plan, plan.windows, turns, decide, forward));
      const exact = plan.cut && (await cutOut(plan, plan.cut, turns, decide, field));
      return {
        logits: logits!,
        pooled,
        maps: [...backward, ...(dense ? [dense] : []), ...(exact ? [exact] : [])],
        windowsAgreement: dense && exact ? windowsAgreement(dense, exact) : null,
      };
    },
    async pooled(image) {
      const forward = await goForward(plan, turns, fieldOf(image));
      return forward.map((trunk) => trunk.pooled.data);
    },
    logitsOf: decide,
    close: () => turns.close(),
  };
}
