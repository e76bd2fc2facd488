/**
 * Several screens of the same plates on one page, and beside them, where it is known, the truth.
 */
import type { Evaluation } from "../records/evaluation.ts";
import type { PlateQuality } from "../records/screen.ts";
import type { ClaimCheck, CompoundCheck, TruthCheck, WellCheck } from "../records/truth-check.ts";
import { glossary } from "./glossary.ts";
import { html, type Markup, type Part } from "./html.ts";
import { count, decimals, dose, missing, percent } from "./numbers.ts";
import { renderPage } from "./page.ts";
import { damageLegend, damagePlot } from "./side-by-side-plot.ts";
import { table } from "./tables.ts";
import { type ClassNames, challengeWords, treatmentName } from "./treatments.ts";

/** A screen as the page names and shows it. */
export interface ScreenBeside {
  /** What tells it from the others. */
  readonly name: string;
  /** Its network, `separate resnet10`, and how else it came about, as pairs. */
  readonly facts: readonly { readonly label: string; readonly value: string }[];
  readonly warnings: readonly string[];
  readonly evaluation: Evaluation;
  readonly quality: readonly PlateQuality[];
  readonly check: TruthCheck;
}

/** What the page is made from. */
export interface SideBySideInput {
  readonly study: { readonly name: string; readonly classes: ClassNames };
  readonly hasTruth: boolean;
  /** All of the same plates. */
  readonly screens: readonly ScreenBeside[];
}

/** Wells of a screen that are named as its gravest errors. */
const mostWrong = 6;

/** Writes the page as HTML: no script, nothing loaded from elsewhere. The same input gives the same bytes. */
export function renderSideBySide(input: SideBySideInput): string {
  const { study, screens, hasTruth } = input;
  const [first] = screens;
  const plates = first?.check.plates ?? [];
  const names = screens.map(({ name }) => name);
  const title = `${study.name}: ${names.join(" and ")}`;
  const body = html`<main>
<header><h1>${title}</h1><p class="asked">${count(screens.length, "network")} on the same ${plates.length === 1 ? "plate" : "plates"}: ${plates.join(", ")}. How far is each well from ${study.classes.negative}, on the way to ${study.classes.positive}${hasTruth ? ", and what is true" : ""}?</p></header>
${warnings(screens)}
${outcome(input)}
${networks(input)}
${compounds(input)}
${hasTruth ? damage(input) : null}
${hasTruth ? wrongWells(input) : null}
${rules(input)}
</main>`;
  return renderPage(`${title} – side by side`, body);
}

/** How a screen fared, in a sentence: for the page and for the command line. */
export function outcomeSentence({ evaluation, check }: ScreenBeside): string {
  const test = evaluation.test?.wells ?? null;
  const right =
    test === null
      ? "no control well was kept aside"
      : `${test.correct} of ${count(test.n, "unseen control well")} right (95 % interval ${percent(test.interval.low)} to ${percent(test.interval.high)})`;
  const claims = check.compounds.flatMap((compound) => compound.claims);
  const judged = claims.filter(({ said, isTrue }) => said !== null && isTrue !== null);
  if (claims.every(({ isTrue }) => isTrue === null)) return `${right}.`;
  const good = judged.filter(({ said, isTrue }) => said === isTrue).length;
  const unsaid = claims.length - judged.length;
  const given = `${good} of ${count(judged.length, "verdict")} right${unsaid === 0 ? "" : `, ${unsaid} not given`}`;
  const verdicts = judged.length === 0 ? "no verdict on a compound given" : given;
  const order =
    check.spearman === null
      ? ""
      : `; percent effect and true damage go together with Spearman’s ρ ${decimals(check.spearman, 2)} (${count(check.wells.length, "well")})`;
  const half = check.effectAtHalf === null ? "" : `; at damage 0.5 it says ${decimals(check.effectAtHalf, 0)} %`;
  return `${right}; ${verdicts}${order}${half}.`;
}

function warnings(screens: readonly ScreenBeside[]): Markup | null {
  const touched = screens.filter(({ check }) => !check.areUntouched).map(({ name }) => name);
  const sentences = [
    ...(touched.length === 0
      ? []
      : [
          `Of ${touched.join(" and ")} no plate is untouched: each holds wells that the network learned from or was chosen by, so the figures flatter.`,
        ]),
    ...[...new Set(screens.flatMap((screen) => screen.warnings))].map((sentence) => {
      const own = screens.filter((screen) => screen.warnings.includes(sentence));
      return own.length === screens.length ? sentence : `${own.map(({ name }) => name).join(", ")}: ${sentence}`;
    }),
  ];
  if (sentences.length === 0) return null;
  return html`<section class="warnings" id="warnings" aria-label="Warnings"><h2>Read this first</h2><ul>${sentences.map((sentence) => html`<li>${sentence}</li>`)}</ul></section>`;
}

function outcome({ screens, hasTruth }: SideBySideInput): Markup {
  const wrong = screens.flatMap(({ name, check }) =>
    check.compounds.flatMap((compound) =>
      compound.claims
        .filter(({ said, isTrue }) => said !== null && isTrue !== null && said !== isTrue)
        .map((claim) => html`<li>${name}: ${claimSentence(compound, claim)}</li>`),
    ),
  );
  return html`<section class="verdict" id="outcome"><h2>What it comes to</h2>${screens.map((screen) => html`<p><strong>${screen.name}</strong>: ${outcomeSentence(screen)}</p>`)}${
    !hasTruth
      ? null
      : wrong.length === 0
        ? html`<p>No verdict that was given on a compound is wrong; single wells are, see below.</p>`
        : html`<p>Wrong:</p><ul>${wrong}</ul>`
  }</section>`;
}

function networks({ screens, study }: SideBySideInput): Markup {
  const labels = [...new Set(screens.flatMap(({ facts }) => facts.map(({ label }) => label)))];
  const plates = screens[0]?.check.plates ?? [];
  const rows: Part[][] = [
    ...labels.map((label) => [
      label,
      ...screens.map(({ facts }) => facts.find((fact) => fact.label === label)?.value ?? missing),
    ]),
    ["unseen control wells right", ...screens.map(({ evaluation }) => rightWords(evaluation))],
    [
      `of these, ${study.classes.negative} and ${study.classes.positive}`,
      ...screens.map(({ evaluation }) => confusionWords(evaluation)),
    ],
    [
      "unseen control fields right, each alone",
      ...screens.map(({ evaluation }) => percent(evaluation.test?.fields.accuracy ?? null)),
    ],
    ...plates.map((plate) => [
      `Z′ of the untouched controls, ${plate}`,
      ...screens.map(({ quality }) => decimals(zPrimeOf(quality, plate), 2)),
    ]),
  ];
  return html`<section id="networks"><h2>The networks</h2>${table(["", ...screens.map(({ name }) => name)], rows)}${glossary("Z′", "95 % interval")}</section>`;
}

function rightWords({ test }: Evaluation): string {
  if (test === null) return missing;
  const { correct, n, interval } = test.wells;
  return `${correct} of ${n} (${percent(interval.low)} to ${percent(interval.high)})`;
}

function confusionWords({ test }: Evaluation): string {
  if (test === null) return missing;
  const { truePositive, falsePositive, trueNegative, falseNegative } = test.wells.confusion;
  return `${trueNegative} of ${trueNegative + falsePositive}, ${truePositive} of ${truePositive + falseNegative}`;
}

function zPrimeOf(quality: readonly PlateQuality[], plate: string): number | null {
  return quality.find((own) => own.plate === plate)?.untouched.zPrime ?? null;
}

function compounds(input: SideBySideInput): Markup | null {
  const own = input.screens[0]?.check.compounds ?? [];
  if (own.length === 0) return null;
  return html`<section id="compounds"><h2>Compound by compound</h2>${own.map((compound) => compoundPart(compound, input))}${glossary("percent effect")}</section>`;
}

function compoundPart(compound: CompoundCheck, { screens }: SideBySideInput): Markup {
  const others = screens.map(({ name, check }) => ({
    name,
    own: check.compounds.find((one) => one.plate === compound.plate && one.compound === compound.compound),
  }));
  const hasTruth = compound.truth !== null;
  const rows = compound.doses.map((own): Part[] => {
    const isChallenged = own.challenge !== null;
    return [
      `${dose(own.concentrationMicromolar)}${challengeWords(own)}`,
      isChallenged ? "rescue" : "effect",
      ...(hasTruth ? [decimals(own.expectedDamage, 2)] : []),
      ...others.map(({ own: other }) => {
        const found = other?.doses.find(
          (one) =>
            one.concentrationMicromolar === own.concentrationMicromolar &&
            one.challenge === own.challenge &&
            one.challengeConcentrationMicromolar === own.challengeConcentrationMicromolar,
        );
        return found === undefined ? missing : spreadWords(found, isChallenged);
      }),
    ];
  });
  return html`<h3>${compound.compound} on ${compound.plate}</h3>${hasTruth ? html`<p>In truth: ${truthWords(compound)}.</p>` : null}<ul>${others.flatMap(
    ({ name, own }) => (own?.claims ?? []).map((claim) => html`<li>${name}: ${claimSentence(own!, claim)}</li>`),
  )}</ul>${table(["dose", "in percent", ...(hasTruth ? ["true damage"] : []), ...others.map(({ name }) => name)], rows)}`;
}

/** What is true of a compound: `protective, EC50 1 µM, at most 95 % of the damage taken away`. */
function truthWords({ truth }: CompoundCheck): string {
  if (truth === null) return missing;
  const { ec50Micromolar, maximalEffect, axis, stain } = truth;
  if (ec50Micromolar === null || maximalEffect === null) return truth.class;
  const most = decimals(100 * maximalEffect, 0);
  const effect =
    truth.class === "protective"
      ? `takes away at most ${most} % of the damage`
      : truth.class === "toxic"
        ? `kills at most ${most} % of the neurons and harms the others`
        : `at most ${decimals(maximalEffect, 1)} times the usual ${stain === null ? "number added" : `light added to ${stain}`}`;
  const where = axis === null || axis === "both" ? "" : `, ${axis} only`;
  return `${truth.class}, EC50 ${dose(ec50Micromolar)}, ${effect}${where}`;
}

// Rescue is what is missing from 100 % effect, so the interval's ends change places.
function spreadWords(
  { mean, low, high }: { readonly mean: number | null; readonly low: number | null; readonly high: number | null },
  isRescue: boolean,
): string {
  const shown = (value: number | null) => decimals(value === null ? null : isRescue ? 100 - value : value, 0);
  if (mean === null) return missing;
  if (low === null || high === null) return shown(mean);
  const [from, to] = isRescue ? [high, low] : [low, high];
  return `${shown(mean)} (${shown(from)} to ${shown(to)})`;
}

/** What the network says of a compound and whether that is so, in plain words. */
function claimSentence(compound: CompoundCheck, { claim, said, isTrue, concentrationMicromolar }: ClaimCheck): Markup {
  const at = `${compound.compound} at ${dose(concentrationMicromolar)} on ${compound.plate}`;
  const words =
    claim === "brings-back"
      ? { yes: "brings challenged cells back", no: "does not bring challenged cells back" }
      : { yes: "harms cells by itself", no: "does not harm cells by itself" };
  if (said === null)
    return compound.tellsControls
      ? html`too few wells to say whether ${at} ${words.yes}.`
      : html`cannot say whether ${at} ${words.yes}: it does not tell the controls of that plate apart.`;
  const verdict = `${at} ${said ? words.yes : words.no}`;
  if (isTrue === null) return html`${verdict}.`;
  return said === isTrue
    ? html`${verdict}: <strong>right</strong>.`
    : html`${verdict}: <strong>wrong</strong>, in truth it ${isTrue ? words.yes : words.no}.`;
}

function damage({ screens, study }: SideBySideInput): Markup {
  return html`<section id="damage"><h2>Score and true damage</h2><p class="legend">A dot a well. Damage is 0 in a healthy well and 1, on average, after ${study.classes.positive} alone. A score that knows degrees rises all the way; one that only knows two classes is a step.</p>${damageLegend(study.classes)}<div class="pair">${screens.map(
    ({ name, check }) =>
      html`<figure><h3>${name}</h3>${damagePlot(check.wells, study.classes)}<figcaption>${
        check.spearman === null
          ? "Too few wells for a correlation."
          : `Spearman’s ρ ${decimals(check.spearman, 2)} over ${count(check.wells.length, "well")}; percent effect at damage 0.5: ${decimals(check.effectAtHalf, 0)}.`
      }</figcaption></figure>`,
  )}</div></section>`;
}

function wrongWells({ screens, study }: SideBySideInput): Markup {
  return html`<section id="wrong"><h2>Where they are most wrong</h2><p class="quiet">The wells whose percent effect lies farthest from that which their true damage would have, were the score straight in the damage. A network may well be right about a well’s class and stand here.</p>${screens.map(
    ({ name, check }) => html`<h3>${name}</h3>${wrongTable(check.wells, study.classes)}`,
  )}</section>`;
}

function wrongTable(wells: readonly WellCheck[], classes: ClassNames): Markup {
  const wrong = wells
    .flatMap((well) => (well.trueEffect === null ? [] : [{ well, trueEffect: well.trueEffect }]))
    .map(({ well, trueEffect }) => ({ well, trueEffect, error: well.percentEffect - trueEffect }))
    .sort((a, b) => Math.abs(b.error) - Math.abs(a.error))
    .slice(0, mostWrong);
  return table(
    ["well", "what was in it", "said, % effect", "true, % effect", "true damage"],
    wrong.map(({ well, trueEffect }) => [
      `${well.plate} ${well.well}`,
      treatmentName(well, classes),
      decimals(well.percentEffect, 0),
      decimals(trueEffect, 0),
      decimals(well.damage, 2),
    ]),
  );
}

function rules({ hasTruth, study }: SideBySideInput): Markup {
  const { negative, positive } = study.classes;
  return html`<section id="rules"><h2>The rules</h2><p>They were set before any score was seen. Shown are the plates of which no well was learned from or chosen by. A compound is judged at its highest dose on a plate: it <em>brings back</em> if the 95 % interval of its challenged wells’ rescue lies above 0 %, it <em>harms</em> if the interval of the effect without the challenge does. A network that does not tell a plate’s controls apart (the 95 % interval of its ${positive} wells does not lie above that of no effect, or they score below the ${negative} ones) says nothing of that plate. Percent effect is 0 at the mean of the plate’s ${negative} wells and 100 at that of its ${positive} wells; rescue is what is missing from 100. The intervals are Student’s t over wells: they know nothing of other plates, nor of how surely the control wells set the scale, so somewhat more than one verdict in forty errs by chance alone.</p>${
    hasTruth
      ? html`<p>It is true that a compound brings back if it is protective, and that it harms if it is toxic, whatever the dose. True damage of a well is the mean of its latent damage to neurites and to synapses; the table’s is that which dose, EC50 and slope alone give. The percent effect at damage 0.5 is read off a straight line through the wells within 0.3 of it, the nearer ones weighing more.</p>`
      : null
  }</section>`;
}
