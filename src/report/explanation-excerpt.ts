/**
 * What a screen's report takes over of an explanation: a few fields with the maps that are looked at first, what the stains
 * did, and whether to believe it.
 */
import {
  type ExplainedField,
  type ExplainMap,
  type ExplanationRecord,
  fieldChoices,
  type MethodVerdict,
} from "../records/explain.ts";
import { firstMaps } from "./explanation-maps.ts";

/** Plain data, kept in the screen's `report.json`. */
export interface ExplanationExcerpt extends Pick<ExplanationRecord, "models" | "class" | "notes" | "roles" | "fields"> {
  /** Fields of the whole explanation. */
  readonly nFields: number;
  /** Null where nothing was checked. */
  readonly verdicts: readonly MethodVerdict[] | null;
}

/** A picture to be copied, from its path in the explanation's folder to its path in the screen's. */
export interface PictureCopy {
  readonly from: string;
  readonly to: string;
}

/** Fields that a screen's report shows, at most. */
const mostFields = 6;

/** Kinds of maps that it shows of them; of an explanation that has neither, all that it has. */
const shownMethods = ["gradcam", "coloured"];

/** The excerpt, its pictures named as they lie in the screen's folder: `explanation/01.jpg`. Overlays at full size stay where they are. */
export function excerptOf(record: ExplanationRecord): {
  readonly excerpt: ExplanationExcerpt;
  readonly pictures: readonly PictureCopy[];
} {
  const pictures: PictureCopy[] = [];
  const take = (from: string): string => {
    const to = `explanation/${String(pictures.length + 1).padStart(2, "0")}.jpg`;
    pictures.push({ from, to });
    return to;
  };
  const fields = chosen(record.fields).map((field) => ({
    ...field,
    picture: take(field.picture),
    maps: shownMaps(field, record.class).map((map) => ({ ...map, thumbnail: take(map.thumbnail) })),
  }));
  const { models, class: explained, notes, roles, checks } = record;
  return {
    excerpt: {
      ...{ models, class: explained, notes, roles, fields },
      ...{ nFields: record.fields.length, verdicts: checks?.verdicts ?? null },
    },
    pictures,
  };
}

// The first of each choice, then the second of each, until there are enough; then in the order of the galleries.
function chosen(fields: readonly ExplainedField[]): ExplainedField[] {
  const byChoice = fieldChoices.map((choice) => fields.filter((field) => field.choice === choice));
  const longest = Math.max(0, ...byChoice.map(({ length }) => length));
  const inTurn = Array.from({ length: longest }, (_, i) => byChoice.flatMap((own) => own.slice(i, i + 1))).flat();
  const taken = new Set(inTurn.slice(0, mostFields));
  return byChoice.flat().filter((field) => taken.has(field));
}

function shownMaps({ maps }: ExplainedField, explained: 0 | 1): readonly ExplainMap[] {
  const first = firstMaps(maps, explained);
  const shown = first.filter(({ method }) => shownMethods.includes(method));
  return shown.length === 0 ? first : shown;
}
