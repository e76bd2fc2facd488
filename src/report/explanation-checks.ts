/**
 * Whether the maps follow what the network has learned: the figures of the checks.
 */
import type {
  CheckedNetwork,
  DeletionFigure,
  EnrichmentFigure,
  ExplainChecks,
  ExplainMethod,
  Interval,
  RandomisationFigure,
} from "../records/explain.ts";
import { groupBy } from "../screening/group.ts";
import { verdictMark } from "./explanation-maps.ts";
import { limits, methodNames } from "./explanation-words.ts";
import { html, type Markup, type Part } from "./html.ts";
import { count, decimals, missing } from "./numbers.ts";
import { table } from "./tables.ts";

/** The section: what maps can and cannot show, and what was measured of these. */
export function checksSection(checks: ExplainChecks | null): Markup {
  return html`<section id="checks"><h2>Whether to believe the maps</h2><div class="pair"><div><h3>What they show</h3><ul>${limits.do.map((words) => html`<li>${words}</li>`)}</ul></div><div><h3>What they do not show</h3><ul>${limits.doNot.map((words) => html`<li>${words}</li>`)}</ul></div></div>${checks === null ? unchecked() : measured(checks)}</section>`;
}

/** Said where no check was run. */
export const uncheckedWords =
  "Whether these maps follow what the network has learned was not measured: take them for pictures to think with, not for evidence. It can be measured on a simulated screen, where the truth is known (explain --checks).";

function unchecked(): Markup {
  return html`<h3>What was measured</h3><p>${uncheckedWords}</p>`;
}

function measured({ fields, nFields, nWells, verdicts, enrichment, deletion, randomisation }: ExplainChecks): Markup {
  return html`<h3>What was measured</h3><p>On ${count(nFields, "field")} of ${count(nWells, "well")}: ${fields}</p>${verdictList(verdicts)}${enrichmentPart(enrichment)}${deletionPart(deletion)}${randomisationPart(randomisation)}`;
}

/** A line a method: held or failed, and why. */
export function verdictList(verdicts: ExplainChecks["verdicts"]): Markup {
  return html`<ul class="verdicts">${verdicts.map((verdict) => html`<li>${verdictMark(verdict, mapName(verdict))}</li>`)}</ul>`;
}

const networkNames: Readonly<Record<CheckedNetwork, string>> = {
  trained: "this network",
  random: "random weights",
  permuted: "taught shuffled labels",
};

const shortNames: Readonly<Record<Exclude<CheckedNetwork, "trained">, string>> = {
  random: "random",
  permuted: "shuffled",
};

/** What the simulator's structures are called. */
const structures: Readonly<Record<string, string>> = {
  changed: "what was changed",
  prePuncta: "presynaptic puncta",
  postPuncta: "postsynaptic puncta",
};

function enrichmentPart(figures: readonly EnrichmentFigure[]): Markup | null {
  if (figures.length === 0) return null;
  const networks = [...new Set(figures.map(({ network }) => network))];
  const changed = figures.filter(({ inside }) => inside === "changed");
  const others = figures.filter(({ inside }) => inside !== "changed");
  const draw = (some: readonly EnrichmentFigure[]) => {
    const rows = [...groupBy(some, (own) => `${own.inside} ${own.method} ${own.stage} ${own.stain}`).values()];
    return table(
      [
        "map",
        "stain",
        "inside",
        ...networks.flatMap((network) => [
          `${networkNames[network]} (95 %)`,
          ...(network === "trained" ? [] : [`this less ${shortNames[network]} (95 %)`]),
        ]),
        "fields",
        "maps of zero",
      ],
      rows.map((own): Part[] => {
        const of = (network: CheckedNetwork) => own.find((figure) => figure.network === network);
        const [first] = own;
        const counted = of("trained") ?? first!;
        return [
          mapName(counted),
          counted.stain ?? "all",
          structures[counted.inside] ?? counted.inside,
          ...networks.flatMap((network) => [
            intervalOrNone(of(network)?.enrichment ?? null),
            ...(network === "trained" ? [] : [intervalOrNone(of(network)?.gain ?? null)]),
          ]),
          counted.nFields,
          counted.nZero,
        ];
      }),
    );
  };
  return html`<h3>Enrichment</h3><p>The share of a map’s weight inside a structure, divided by the structure’s share of the area: 1 where the map does not care, 2 where it is twice as strong there. A map is worth something if it is above 1 inside what the simulator changed, and surely higher than that of a network that has learned nothing, field by field.</p>${changed.length === 0 ? null : draw(changed)}${
    others.length === 0
      ? null
      : html`<details class="unprinted"><summary>Inside each structure</summary>${draw(others)}</details>`
  }`;
}

function deletionPart(figures: readonly DeletionFigure[]): Markup | null {
  if (figures.length === 0) return null;
  return html`<h3>Deletion</h3><p>How far the explained log-odds fall when the tenth of the pixels that a map calls most important is replaced by the plate’s median: beside the same shape rolled to a random place, and as many single pixels. Only what exceeds the rolled shape speaks for the map.</p>${table(
    ["map", "its own pixels (95 %)", "the same shape elsewhere", "scattered pixels", "own less elsewhere", "fields"],
    figures.map((own): Part[] => [
      mapName(own),
      ...[own.top, own.rolled, own.scattered, own.difference].map(intervalOrNone),
      own.nFields,
    ]),
  )}`;
}

function randomisationPart(figures: readonly RandomisationFigure[]): Markup | null {
  if (figures.length === 0) return null;
  const layers = [...new Set(figures.flatMap((own) => own.layers.map(({ layer }) => layer)))];
  return html`<h3>Randomisation</h3><p>The network’s parameters are drawn anew layer by layer, from the head down, each with those before it, and the maps are made again. Shown is Spearman’s rank correlation with the map of the trained network: one that stays near 1 to the end does not depend on what was learned.</p>${table(
    ["drawn anew, down to", ...figures.map(mapName)],
    layers.map((layer): Part[] => [
      layer,
      ...figures.map((own) => intervalOrNone(own.layers.find((one) => one.layer === layer)?.correlation ?? null)),
    ]),
  )}`;
}

function mapName({ method, stage }: { readonly method: ExplainMethod; readonly stage: string | null }): string {
  return `${methodNames[method]}${stage === null ? "" : ` at ${stage}`}`;
}

function intervalOrNone(interval: Interval | null): string {
  if (interval === null) return missing;
  const { mean, low, high } = interval;
  const range = low === null || high === null ? "" : ` (${decimals(low, 2)} to ${decimals(high, 2)})`;
  return `${decimals(mean, 2)}${range}`;
}
