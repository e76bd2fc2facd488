/**
 * The maps of a field: a row a method, a column a stain, and above each row what it is, how its colours read and whether
 * to believe it.
 */
import type { ExplainedField, ExplainMap, ExplainMethod, MethodVerdict } from "../records/explain.ts";
import { groupBy } from "../screening/group.ts";
import { legend } from "./explanation-legend.ts";
import { methodNames, verdictWords } from "./explanation-words.ts";
import { html, type Markup } from "./html.ts";
import { decimals } from "./numbers.ts";
import type { ClassNames } from "./treatments.ts";

/** What the maps of a field are drawn with. */
export interface MapsContext {
  readonly classes: ClassNames;
  /** Names of the stains, in the network's order. */
  readonly channels: readonly string[];
  /** The class whose maps stand open; those of the other are folded in. */
  readonly class: 0 | 1;
  readonly verdicts: readonly MethodVerdict[];
  /** Small pictures as data URIs, by the record's paths. */
  readonly images: ReadonlyMap<string, string>;
  /** Whether the maps at full size lie beside the page. */
  readonly isLinked: boolean;
}

/** Maps that belong on one line: a method of one class at one stage. */
interface Row {
  readonly method: ExplainMethod;
  readonly stage: string | null;
  readonly class: 0 | 1 | null;
  readonly maps: readonly ExplainMap[];
}

/** All maps of a field as blocks of one width: those that answer first, and folded in the other class and the earlier stages. */
export function fieldMaps(
  field: ExplainedField,
  context: MapsContext,
): { readonly first: Markup; readonly more: Markup | null } {
  const { first, more } = rowsOf(field.maps, context.class);
  const draw = (rows: readonly Row[]) => {
    const [wide, lone] = [rows.filter(({ maps }) => maps.length > 1), rows.filter(({ maps }) => maps.length === 1)];
    const wideMarkup = html`${wide.map((row) => mapsRow(row, field, context))}`;
    if (lone.length === 0) return wideMarkup;
    const loneMarkup = html`<div class="lonemaps">${lone.map((row) => mapsRow(row, field, context))}</div>`;
    // In the order of the methods, as far as maps of one picture share a line.
    return lone[0] === rows[0] ? html`${loneMarkup}${wideMarkup}` : html`${wideMarkup}${loneMarkup}`;
  };
  return {
    first: draw(first),
    more:
      more.length === 0
        ? null
        : html`<details class="unprinted"><summary>More maps: ${more.map((row) => rowName(row, context.classes)).join("; ")}</summary><div class="blocks">${draw(more)}</div></details>`,
  };
}

/** The maps that are looked at first: of Grad-CAM the class in question at the last stage, which is the coarsest. */
export function firstMaps(maps: readonly ExplainMap[], explained: 0 | 1): ExplainMap[] {
  const { first } = rowsOf(maps, explained);
  return first.flatMap((row) => row.maps);
}

function rowsOf(maps: readonly ExplainMap[], explained: 0 | 1): { first: Row[]; more: Row[] } {
  const rows = [...groupBy(maps, (map) => `${map.method} ${map.stage} ${map.class}`).values()].map((own): Row => {
    const { method, stage, class: ofClass } = own[0]!;
    return { method, stage, class: ofClass, maps: own };
  });
  const staged = maps.filter(({ stage }) => stage !== null);
  const coarsest = Math.min(...staged.map(({ width, height }) => width * height));
  // Stages of equal size, as in a network of one pooling: the one that comes last.
  const last = staged.findLast(({ width, height }) => width * height === coarsest)?.stage ?? null;
  const isFirst = (row: Row) => row.stage === null || (row.stage === last && row.class === explained);
  return { first: rows.filter(isFirst), more: rows.filter((row) => !isFirst(row)) };
}

function rowName({ method, stage, class: ofClass }: Row, classes: ClassNames): string {
  const speaksFor = ofClass === null ? "" : ` for ${ofClass === 0 ? classes.negative : classes.positive}`;
  return `${methodNames[method]}${speaksFor}${stage === null ? "" : ` at ${stage}`}`;
}

function mapsRow(row: Row, field: ExplainedField, context: MapsContext): Markup {
  const { classes, channels, verdicts } = context;
  const verdict = verdictWords(verdicts, row);
  const name = rowName(row, classes);
  const first = row.maps[0]!;
  const isShared = row.method === "gradcam" && first.stain === null && channels.length > 1;
  return html`<div class="maprow"><h4>${name}</h4><div class="maps">${row.maps.map((map) => mapFigure(map, name, field, context))}</div>${legend(first, classes)}${
    verdict === null ? null : html`<p class="mapnote">${verdictMark(verdict)}</p>`
  }${
    isShared
      ? html`<p class="mapnote">One map for all stains: this network stacks them, so its features belong to none alone.</p>`
      : null
  }${
    row.method === "windows-exact" && field.windowsAgreement !== null
      ? html`<p class="mapnote">Their order agrees with that of the windows of the feature map: Spearman’s ρ ${decimals(field.windowsAgreement, 2)}.</p>`
      : null
  }</div>`;
}

/** Held or failed, as a sign and in words; behind a name where one is given. */
export function verdictMark(
  { holds, sentence }: { readonly holds: boolean | null; readonly sentence: string },
  name?: string,
): Markup {
  const [kind, sign] = holds === null ? ["open", "?"] : holds ? ["held", "✓"] : ["failed", "✕"];
  return html`<span class="${kind}"><b aria-hidden="true">${sign}</b> ${name === undefined ? null : html`<b>${name}:</b> `}${sentence}</span>`;
}

function mapFigure(map: ExplainMap, name: string, field: ExplainedField, context: MapsContext): Markup {
  const uri = context.images.get(map.thumbnail);
  const place = `${field.plate} ${field.well}, field ${field.site}`;
  const isZero = map.least === 0 && map.largest === 0;
  const picture =
    uri === undefined
      ? html`<p class="nopicture">No picture.</p>`
      : html`<img src="${uri}" alt="${`${name}${map.stain === null ? "" : `, ${map.stain}`}, over ${place}${isZero ? ": zero everywhere" : ""}`}">`;
  const stain = map.stain ?? (context.channels.length > 1 ? "all stains" : "");
  const words = [stain, ...(isZero ? ["zero everywhere"] : [])].filter((part) => part !== "").join(": ");
  return html`<figure class="map">${
    context.isLinked && uri !== undefined
      ? html`<a href="${linkTo(map.overlay)}" title="at full size">${picture}</a>`
      : picture
  }${words === "" ? null : html`<figcaption>${words}</figcaption>`}</figure>`;
}

/** A path relative to the page as a link; plates may be called anything. */
function linkTo(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}
