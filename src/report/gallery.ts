/**
 * Example fields: what the network was shown, beside what it said.
 */
import type { ExampleField } from "../records/report.ts";
import { groupBy } from "../screening/group.ts";
import { html, type Markup } from "./html.ts";
import type { ReportInput } from "./input.ts";
import { decimals } from "./numbers.ts";
import { type ClassNames, seriesName, treatmentName } from "./treatments.ts";

/** Width that a stain needs on the page, in pixels. */
const stainWidth = 118;

/**
 * The examples' pictures, controls first, then compound by compound.
 *
 * @param images data URIs by `ExampleField.image`; an example without one keeps its caption, which says that it is missing
 */
export function gallery({ examples, study }: ReportInput, images: ReadonlyMap<string, string>): Markup {
  const groups = [...groupBy(examples, (example) => groupName(example, study.classes))];
  const wide = Math.max(200, stainWidth * study.channels.length);
  return html`<p class="quiet">Each picture is one field, its stains from left to right: ${study.channels.join(", ")}. A stain has the same grey range in all pictures, so brightness can be compared; the network saw the measured values, not these pictures.</p>${groups.map(
    ([name, own]) =>
      html`<h3>${name}</h3><div class="gallery" style="--wide:${wide}px">${own.map((example) => figure(example, study.classes, images.get(example.image)))}</div>`,
  )}`;
}

function groupName(example: ExampleField, classes: ClassNames): string {
  const { role, compound } = example;
  if (role === "negative" || role === "positive") return `${classes[role]} controls`;
  return compound === null ? role : seriesName({ ...example, compound });
}

function figure(example: ExampleField, classes: ClassNames, uri: string | undefined): Markup {
  const { plate, well, site, logit, percentEffect, part, choice, role } = example;
  const isControl = role === "negative" || role === "positive";
  const name = treatmentName(example, classes);
  const says = logit > 0 ? classes.positive : classes.negative;
  const wrong = isControl && says !== classes[role] ? ", wrongly" : "";
  const learned =
    isControl && part === "train" ? " (learned from)" : isControl && part === "test" ? " (untouched)" : "";
  const effect = percentEffect === null ? "" : `; its well: ${decimals(percentEffect, 0)} % effect`;
  const place = `${plate} ${well}, field ${site}`;
  return html`<figure class="example">${
    uri === undefined
      ? html`<p class="nopicture">No picture: the images could not be read.</p>`
      : html`<img src="${uri}" alt="${`${name}, ${place}`}">`
  }<figcaption><b>${choice === "typical" ? "Typical" : isControl ? `Most like ${classes[role === "negative" ? "positive" : "negative"]}` : "Least like its treatment"}</b>: ${name}${learned}. <span class="place">${place}</span>. The network says ${says}${wrong}, log-odds ${decimals(logit, 1)}${effect}.</figcaption></figure>`;
}
