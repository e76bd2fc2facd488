/**
 * What a shortcut would reach: the network beside what needs none, on the same wells and folds.
 */
import type { Crossvalidation, Rival } from "../records/crossvalidation.ts";
import { comparisonWords, permutedWords, points, pWords, unbroken } from "./crossvalidation-words.ts";
import { html, type Markup } from "./html.ts";
import { decimals, missing, percent } from "./numbers.ts";
import { linearScale, px, ticks } from "./scales.ts";
import { table } from "./tables.ts";

/** What the rivals look at, for those who do not know them. */
const meanings =
  "Each shortcut is a logistic regression on a few numbers of a well, on the folds of the network: position is the well, its row and column, and how far it lies from the edge; brightness is mean, spread and percentiles of each stain; focus and nuclei is how sharp each stain is, and how many nuclei there are. How strongly its weights are held down (L2) is chosen without the wells that it is judged by.";

type Shortcuts = Crossvalidation["shortcuts"];

/** The shortcut that is right most often; null where there is none. */
export function bestShortcut(shortcuts: Shortcuts): Shortcuts[number] | null {
  return shortcuts.reduce<Shortcuts[number] | null>(
    (most, one) => (most === null || one.figures.correct > most.figures.correct ? one : most),
    null,
  );
}

/** Whether and by how much the network beats the best shortcut; empty where there is none. */
export function bestShortcutWords(shortcuts: Shortcuts): string {
  const best = bestShortcut(shortcuts);
  if (best === null) return "";
  return `The best shortcut is ${best.name}. ${comparisonWords(best.comparison, { first: "the network", second: best.name })}`;
}

/**
 * The section, with sentences and a row a rival; null where there is none.
 *
 * @param lead what stands before all, where the section is not on the page of its crossvalidation
 */
export function shortcutsSection(
  { shortcuts, permuted }: Pick<Crossvalidation, "shortcuts" | "permuted">,
  lead?: string,
): Markup | null {
  const rivals = [...shortcuts, ...(permuted === null ? [] : [{ ...permuted, name: "shuffled labels" }])];
  if (rivals.length === 0) return null;
  const sentences = [
    ...(lead === undefined ? [] : [lead]),
    ...shortcuts.map(
      ({ name, comparison, note }) =>
        `${comparisonWords(comparison, { first: "the network", second: name })}${note === null ? "" : ` ${note}`}`,
    ),
    ...(permuted === null ? [] : [permutedWords(permuted.figures)]),
  ];
  const plot = differencePlot(rivals);
  return html`<section id="shortcuts"><h2>What a shortcut would reach</h2>${sentences.map((words) => html`<p>${words}</p>`)}${
    plot === null
      ? null
      : html`<figure>${plot}<figcaption>By how many points of accuracy the network is better than each rival, with 95 % intervals. Right of 0 it is better; a bar across 0 leaves it open.</figcaption></figure>`
  }${rivalTable(rivals)}<p class="quiet">${meanings} Differences are paired, well by well, over all wells at once; intervals come from drawing whole plates anew, from eight plates on. McNemar’s exact p takes wells for independent.</p></section>`;
}

/** A rival with what it is called in the middle of a sentence. */
type NamedRival = Rival & { readonly name: string };

function rivalTable(rivals: readonly NamedRival[]): Markup {
  return table(
    [
      "rival",
      "right",
      unbroken("95 % interval"),
      "AUC",
      `${unbroken("network better by,")} ${unbroken("points (95 %)")}`,
      `${unbroken("only the")} ${unbroken("network right")}`,
      `${unbroken("only the")} ${unbroken("rival right")}`,
      unbroken("McNemar’s p"),
    ],
    rivals.map(({ name, figures, comparison }) => {
      const { difference, low, high } = comparison;
      return [
        name,
        `${figures.correct} of ${figures.nWells}`,
        `${percent(figures.interval.low)} to ${percent(figures.interval.high)}`,
        decimals(figures.auc, 3),
        `${points(difference)} (${low === null || high === null ? missing : `${points(low)} to ${points(high)}`})`,
        comparison.onlyFirstRight,
        comparison.onlySecondRight,
        pWords(comparison.mcnemarP).replace("= ", ""),
      ];
    }),
  );
}

const frame = { width: 520, left: 130, right: 16, top: 8, lane: 30, bottom: 40 };

/** A lane a rival: the difference as a dot, its interval as a bar. Null where no rival has an interval. */
function differencePlot(rivals: readonly NamedRival[]): Markup | null {
  const lanes = rivals.flatMap(({ name, comparison: { difference, low, high } }) =>
    low === null || high === null ? [] : [{ name, difference, low, high }],
  );
  if (lanes.length === 0) return null;
  const ends = lanes.flatMap(({ low, high }) => [low, high]);
  const [least, most] = [Math.min(0, ...ends), Math.max(0, ...ends)];
  const air = (most - least || 0.1) * 0.06;
  const range = [least - air, most + air] as const;
  const x = linearScale(range, [frame.left, frame.width - frame.right]);
  const bottom = frame.top + lanes.length * frame.lane;
  const spoken = lanes.map(
    (own) => `${own.name}: ${points(own.difference)} (${points(own.low)} to ${points(own.high)})`,
  );
  return html`<svg class="plot" viewBox="0 0 ${frame.width} ${bottom + frame.bottom}" style="max-width:${frame.width}px" role="img" aria-label="${`Points by which the network is better, with 95 % intervals. ${spoken.join("; ")}.`}">
${ticks(range, 6).map(
  (tick) =>
    html`<line class="${tick === 0 ? "zero" : "grid"}" x1="${px(x(tick))}" x2="${px(x(tick))}" y1="${frame.top}" y2="${bottom}"/><text class="axis" x="${px(x(tick))}" y="${bottom + 16}" text-anchor="middle">${points(tick)}</text>`,
)}<text class="axis" x="${px((frame.left + frame.width - frame.right) / 2)}" y="${bottom + 33}" text-anchor="middle">network better by (points of accuracy)</text>
${lanes.map((own, i) => {
  const y = frame.top + (i + 0.5) * frame.lane;
  return html`<g><text class="axis" x="${frame.left - 10}" y="${px(y + 4)}" text-anchor="end">${own.name}</text><path class="interval" d="M${px(x(own.low))} ${px(y - 5)}v10m0 -5H${px(x(own.high))}m0 -5v10"/><circle class="meandot" cx="${px(x(own.difference))}" cy="${px(y)}" r="4.2"/></g>`;
})}
</svg>`;
}
