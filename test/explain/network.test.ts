import { describe, expect, test } from "vitest";
import { cpuProfile } from "../../src/engine/graph/profile.ts";
import { type Fusion, fusions, type NetworkSpec } from "../../src/engine/nn/networks.ts";
import { cpuDevice } from "../../src/engine/runtime/node.ts";
import { Predictor } from "../../src/engine/runtime/predictor.ts";
import { exportGraph } from "../../src/engine/step/inference-graph.ts";
import { openFieldExplainer } from "../../src/explain/field-maps.ts";
import { explainedNetwork } from "../../src/explain/network.ts";
import type { ExplainMethod } from "../../src/records/explain.ts";
import { asItIs, lively, noise, runner, smallResnet } from "./hand-made.ts";

const size = { width: 48, height: 64 };
const open = (spec: NetworkSpec, methods: readonly ExplainMethod[], normalization = asItIs(spec.stains)) =>
  openFieldExplainer(explainedNetwork(spec, lively(spec), normalization), size, runner, {
    ...{ methods, class: 1, window: 32, profile: cpuProfile },
  });
const fieldOf = (name: string, stains: number) => noise(name, [stains, size.height, size.width]).data;

describe("a network in parts", () => {
  const stainsOf: { readonly [F in Fusion]: number } = { single: 1, stacked: 2, separate: 3, sum: 2, rgb: 4 };
  const specs = [
    ...fusions.map((fusion) => ({ ...smallResnet, fusion, stains: stainsOf[fusion] })),
    { ...smallResnet, backbone: "vgg19", width: 0.05 } as const,
    { ...smallResnet, backbone: "vgg19", width: 0.05, fusion: "separate" } as const,
    { ...smallResnet, backbone: "resnet50", width: 0.05 } as const,
  ];
  for (const spec of specs) {
    test(`says what the exported network says: ${spec.fusion} ${spec.backbone}`, async () => {
      const [image, { stains }] = [fieldOf("whole", spec.stains), spec];
      const normalization = { offset: Array<number>(stains).fill(0.3), scale: Array<number>(stains).fill(1.5) };
      const graph = exportGraph(spec, { weights: lively(spec), normalization, metadata: {} });
      const predictor = await Predictor.open(graph, cpuDevice());
      const whole = await predictor.predict(image, { count: 1, ...size });
      await predictor.dispose();
      const explainer = open(spec, [], normalization);
      const { logits, maps, pooled } = await explainer.explain(image);
      await explainer.close();
      expect(maps).toEqual([]);
      expect(pooled).toHaveLength(spec.fusion === "separate" ? stains : 1);
      expect(logits[0]).toBeCloseTo(whole.logits[0]!, 4);
      expect(logits[1]).toBeCloseTo(whole.logits[1]!, 4);
      expect(Math.abs(logits[1] - logits[0])).toBeGreaterThan(1e-3);
    });
  }

  test("does not do without one of its weights", () => {
    const weights = new Map(lively(smallResnet));
    weights.delete("layer3.0.bn1.bias");
    const network = explainedNetwork(smallResnet, weights, asItIs(2));
    const options = { methods: [], class: 1, window: 32, profile: cpuProfile } as const;
    expect(() => openFieldExplainer(network, size, runner, options)).toThrow("no weights for layer3.0.bn1.bias");
  });
});

describe("a field explainer", () => {
  test("decides on any number of rows of pooled features, each by itself", async () => {
    const explainer = open({ ...smallResnet, fusion: "separate" }, ["gradcam"]);
    const fields = ["one", "two", "three"].map((name) => fieldOf(name, 2));
    const rows: Float32Array[] = [];
    const logits: number[] = [];
    for (const field of fields) {
      const found = await explainer.explain(field);
      expect(await explainer.pooled(field)).toEqual(found.pooled);
      rows.push(Float32Array.from(found.pooled.flatMap((vector) => [...vector])));
      logits.push(found.logits[1]);
    }
    const many = Array.from({ length: 150 }, (_, i) => rows[i % 3]!);
    const decided = await explainer.logitsOf(many);
    expect(decided).toHaveLength(150);
    decided.forEach(([, positive], i) => {
      expect(positive).toBeCloseTo(logits[i % 3]!, 5);
    });
    expect(new Set(logits.map((logit) => logit.toFixed(4))).size).toBe(3);
    expect(await explainer.logitsOf([])).toEqual([]);
    await explainer.close();
  });

  test("makes the maps that were asked for, method by method, and what coloured maps are drawn from", async () => {
    const methods = async (...wanted: ExplainMethod[]) => {
      const explainer = open(smallResnet, wanted);
      const { maps, windowsAgreement } = await explainer.explain(fieldOf("one", 2));
      await explainer.close();
      return {
        made: maps.map(({ method, class: of }) => `${method} ${of}`),
        window: explainer.window,
        windowsAgreement,
      };
    };
    const [cam, none] = [
      ["gradcam 0", "gradcam 1", "gradcam 0", "gradcam 1"],
      { windowsAgreement: null, window: null },
    ];
    expect(await methods("guided", "gradcam")).toEqual({ made: [...cam, "guided 1", "guided 1"], ...none });
    const window = { size: 32, step: 32 };
    expect(await methods("coloured")).toEqual({
      made: ["gradient 1", "gradient 1", "windows null"],
      ...{ window, windowsAgreement: null },
    });
    expect(await methods("windows-exact")).toEqual({
      made: ["windows-exact null"],
      ...{ window, windowsAgreement: null },
    });
  });

  test("gives the same maps where its graphs take turns, of any field and in any order", async () => {
    const spec: NetworkSpec = { ...smallResnet, fusion: "separate" };
    const [first, second] = [fieldOf("one", 2), fieldOf("two", 2)];
    const methods = ["gradcam", "gradient", "windows"] as const;
    const explainer = open(spec, methods);
    const once = await explainer.explain(first);
    await explainer.explain(second);
    expect(await explainer.explain(first)).toEqual(once);
    await explainer.close();
    // Closed, it opens what it needs again.
    expect(await explainer.explain(first)).toEqual(once);
    await explainer.close();
  });
});
