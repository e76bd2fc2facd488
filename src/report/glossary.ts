/**
 * What the page's terms mean, each said once, where it first stands.
 */
import { html, type Markup } from "./html.ts";

const meanings = {
  "percent effect":
    "where a well lies between its plate’s controls: 0 at the mean of the negative ones, 100 at the mean of the positive ones. It may lie beyond both.",
  "Z′": "how far apart the controls stand for their spread: 1 − 3 (sd + sd) / distance of the means. At most 1; from 0.5 on excellent, at 0 or below the controls overlap. Robust Z′ is the same from medians, so that one bad well does not ruin it.",
  SSMD: "strictly standardised mean difference: the distance of the control means divided by the sd of a difference of two wells. Beyond 3 (or −3) the controls hardly meet.",
  EC50: "the concentration at which half of a curve’s own effect is reached. The Hill slope says how steep it is there: 1 is one molecule binding one site.",
  "log-odds":
    "what the network says of a field: the logarithm of how much likelier it holds the positive class than the negative. 0 is undecided, 2.2 is 9 to 1, 4.6 is 99 to 1; 9.2 is 9,999 to 1.",
  AUC: "the chance that a positive well taken at random scores above a negative one: 0.5 is a coin, 1 is perfect order.",
  "95 % interval":
    "of the accuracy: Wilson’s, as if each well were a witness of its own; from 8 plates on also from drawing whole plates anew (bootstrap), since wells of one plate err together. The wider of the two counts.",
  epoch:
    "once through all training fields. The weights of the best validation are kept, or, where few wells validate, the last.",
} as const;

/** A term that the page explains. */
export type Term = keyof typeof meanings;

/** Lines that explain the terms, quiet enough to be passed over. */
export function glossary(...terms: readonly Term[]): Markup {
  return html`<div class="terms">${terms.map((term) => html`<p><dfn>${term}</dfn>: ${meanings[term]}</p>`)}</div>`;
}
