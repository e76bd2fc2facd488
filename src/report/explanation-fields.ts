/**
 * The explained fields: a card each, in galleries by why they were taken, and all of them along the score.
 */
import { type ExplainedField, type ExplanationRecord, fieldChoices } from "../records/explain.ts";
import { fieldMaps, type MapsContext } from "./explanation-maps.ts";
import { scoreLegend, scoreStrip, sideOf } from "./explanation-score.ts";
import { fieldStains, shapleyReach } from "./explanation-stains.ts";
import { choiceHeading, choiceWords, partWords, verdictOf } from "./explanation-words.ts";
import { html, type Markup } from "./html.ts";
import { decimals } from "./numbers.ts";
import { type ClassNames, treatmentName } from "./treatments.ts";

/** What cards are drawn from: an explanation, or what a screen's report took over of one. */
export type CardsInput = Pick<ExplanationRecord, "study" | "models" | "fields">;

/** The cards, in galleries. @param level of the galleries' headings: 2 where each is a section of its own, 3 within one */
export function galleries(input: CardsInput, context: MapsContext): Markup[] {
  const reach = shapleyReach(input.fields);
  return fieldChoices.flatMap((choice) => {
    const own = input.fields.filter((field) => field.choice === choice);
    if (own.length === 0) return [];
    return [
      html`<section id="${choice}"><h2>${choiceHeading(choice)}</h2><p class="quiet">${choiceWords(choice)}</p>${own.map((field) => card(field, input, context, reach))}</section>`,
    ];
  });
}

/** Cards without galleries, each saying itself why it was taken. */
export function cards(input: CardsInput, context: MapsContext): Markup {
  const reach = shapleyReach(input.fields);
  return html`${input.fields.map((field) => card(field, input, context, reach, `${choiceHeading(field.choice)}: `))}`;
}

/** How the stains and signs of the cards read. */
export function cardsLegend({ study, models }: CardsInput): Markup {
  const { channels, classes } = study;
  const stains =
    channels.length === 1
      ? `Each field shows ${channels[0]!} in grey`
      : `Each field shows its stains in grey, from left to right: ${channels.join(", ")}`;
  const hasBand = models.some(({ unsure }) => unsure !== null);
  return html`<p class="quiet">${stains}. A stain has the same grey range in all fields. ${scoreLegend(classes, hasBand)} The colours of one row reach equally far, so that its stains can be compared; those of two fields or two rows need not.</p>`;
}

function card(field: ExplainedField, input: CardsInput, context: MapsContext, reach: number, before = ""): Markup {
  const { study } = input;
  const { plate, well, site } = field;
  const place = `${plate} ${well}, field ${site}`;
  const name = treatmentName(field, study.classes);
  const uri = context.images.get(field.picture);
  const part = partWords(field.part);
  const picture =
    uri === undefined
      ? html`<p class="nopicture">No picture.</p>`
      : html`<img src="${uri}" alt="${`${name}, ${place}: ${study.channels.join(", ")} in grey`}">`;
  const stains = html`<div class="maprow"><h4>The stains</h4>${picture}<div class="maps stainnames">${study.channels.map((channel) => html`<span>${channel}</span>`)}</div></div>`;
  const maps = fieldMaps(field, context);
  return html`<article class="fieldcard" id="${anchor(field)}" style="--stains:${study.channels.length}"><h3>${before}${name} <span class="place">${place}</span></h3><p>The network ${verdictOf(field, study.classes)}${part === "" ? "" : `; ${part}`}.</p><div class="fieldscore">${scoreStrip(field, input)}${fieldStains(field, study, reach)}</div><div class="blocks">${stains}${maps.first}</div>${maps.more}</article>`;
}

/** Fields from the lowest score to the highest; null without any. */
export function montageSection(
  { montage, fields, study }: Pick<ExplanationRecord, "montage" | "fields" | "study">,
  images: ReadonlyMap<string, string>,
): Markup | null {
  if (montage.length === 0) return null;
  const explained = new Set(fields.map(anchor));
  return html`<section id="montage"><h2>Along the score</h2><p class="quiet">Fields from the lowest log-odds, most like ${study.classes.negative}, to the highest, most like ${study.classes.positive}. Look along the row for what changes: if nothing that you can see changes with the score, the network rests on something that you do not see, and it is worth finding out what.</p><div class="montage" style="--stains:${study.channels.length}">${montage.map(
    (field) => {
      const uri = images.get(field.picture);
      const place = `${field.plate} ${field.well}, field ${field.site}`;
      const picture =
        uri === undefined
          ? html`<p class="nopicture">No picture.</p>`
          : html`<img src="${uri}" alt="${`${roleWords(field.role, study.classes)}, ${place}`}">`;
      return html`<figure class="${sideOf(field.role)}">${picture}<figcaption><b>${decimals(field.logit, 1)}</b> ${roleWords(field.role, study.classes)} <span class="place">${explained.has(anchor(field)) ? html`<a href="#${anchor(field)}">${place}</a>` : place}</span></figcaption></figure>`;
    },
  )}</div></section>`;
}

function roleWords(role: ExplainedField["role"], classes: ClassNames): string {
  return role === "negative" || role === "positive" ? `${classes[role]} control` : role;
}

/** What a link within the page calls a field; plates may be called anything, and letters alone make no two alike. */
function anchor({ plate, well, site }: Pick<ExplainedField, "plate" | "well" | "site">): string {
  return `field-${encodeURIComponent(plate)}-${well}-${site}`;
}
