/**
 * What the kinds of maps are called, what each shows, and what none of them does.
 */
import type { ExplainedField, ExplainMethod, FieldChoice, MethodVerdict } from "../records/explain.ts";
import { count, decimals } from "./numbers.ts";
import type { ClassNames } from "./treatments.ts";

/** What a kind of map is called. */
export const methodNames: Readonly<Record<ExplainMethod, string>> = {
  gradcam: "Grad-CAM",
  gradient: "Input gradient",
  guided: "Guided backpropagation",
  windows: "Windows",
  "windows-exact": "Windows, one by one",
  coloured: "Coloured saliency",
};

/** What a kind of map shows, in a sentence or two for who has never seen one. */
export function methodMeaning(method: ExplainMethod, { negative, positive }: ClassNames): string {
  switch (method) {
    case "gradcam":
      return "Where the features lie that spoke for the class. Coarse by nature: one value stands for a patch as large as the network’s stride, and is smeared over it. It shows where, not what; nor does it show what spoke against.";
    case "gradient":
      return "How much the log-odds would change if this one pixel were a little brighter: up where it is positive, down where it is negative. It tells what the network is sensitive to, which is not the same as what it rested on.";
    case "guided":
      return "The gradient with everything dropped on the way back that would count against. It draws fine edges, and draws them for almost any network.";
    case "windows":
      return `What the network would say if it saw one window of its last feature map alone: log-odds, above 0 for ${positive}, below 0 for ${negative}. It reads more of the field than the window, since each feature looks beyond its place.`;
    case "windows-exact":
      return "The same with each window cut out of the image and judged by itself, so that it sees nothing beyond its edge.";
    case "coloured":
      return `The gradient’s strength, without its sign, in the colour of what the window around a pixel says: ${positive}, ${negative}, or neither where the network cannot tell.`;
  }
}

/** Said of guided backpropagation wherever no check has said it. */
const guidedWarning =
  "Look at it, and conclude nothing: guided backpropagation fails published sanity checks, since it draws much the same for a network of random weights (Adebayo et al. 2018, arXiv:1810.03292).";

/** What must be said where a map is drawn; null where nothing was checked and nothing is known beforehand. */
export function verdictWords(
  verdicts: readonly MethodVerdict[],
  { method, stage }: { readonly method: ExplainMethod; readonly stage: string | null },
): { readonly holds: boolean | null; readonly sentence: string } | null {
  const own = verdicts.find((verdict) => verdict.method === method && verdict.stage === stage);
  if (own !== undefined) return own;
  return method === "guided" ? { holds: false, sentence: guidedWarning } : null;
}

/** What these maps show, and what no map shows: the reader's rules. */
export const limits = {
  do: [
    "They show where in the image this network’s answer came from, as one method counts it. Another network on the same images may rest on something else.",
    "A stain’s effect is measured, not drawn: it is what becomes of the answer when the stain is taken away.",
  ],
  doNot: [
    "They do not show that the network is right, nor that what lies under a warm place is the biology. A network that learned dust or the edge of a well draws maps just as fair.",
    "They show no outlines: a warm place is about as large as what the network sees at once.",
    "A few fields are anecdotes. What holds for a well or a treatment is in the figures with their intervals.",
    "A map always looks like an answer. Whether it follows what the network has learned is measured, below, or has not been.",
  ],
} as const;

/** The headings of the galleries. */
export function choiceHeading(choice: FieldChoice): string {
  return {
    named: "The fields that were asked for",
    best: "Right, and surest",
    wrong: "Most wrong",
    unsure: "Most unsure",
    median: "The middle of their kind",
  }[choice];
}

/** What a gallery holds, in a sentence. */
export function choiceWords(choice: FieldChoice): string {
  return {
    named: "Taken because they were named, not because they show anything.",
    best: "Control fields that the network told right, farthest on their own side.",
    wrong: "Control fields that the network told wrong, farthest on the other side. Here the maps are worth most.",
    unsure: "Control fields about which the network could say least.",
    median: "Fields in the middle of what the network said of their role: neither the best nor the worst.",
  }[choice];
}

/** `3 right and surest, 2 most wrong`. */
export function choiceCounts(fields: readonly ExplainedField[]): string {
  const words = {
    named: "named",
    best: "right and surest",
    wrong: "most wrong",
    unsure: "most unsure",
    median: "typical",
  };
  const choices = [...new Set(fields.map(({ choice }) => choice))];
  return choices
    .map((choice) => `${fields.filter((field) => field.choice === choice).length} ${words[choice]}`)
    .join(", ");
}

/** What the network says of a field, and whether that is so: `says inhibited, rightly; log-odds 3.2`. */
export function verdictOf({ role, verdict, logit }: ExplainedField, classes: ClassNames): string {
  const isControl = role === "negative" || role === "positive";
  if (verdict === "unsure") return `cannot tell; log-odds ${decimals(logit, 1)}`;
  const right = !isControl ? "" : verdict === role ? ", rightly" : ", wrongly";
  return `says ${classes[verdict]}${right}; log-odds ${decimals(logit, 1)}`;
}

/** What the well of a field was to its network; nothing of wells that no network learns from. */
export function partWords(part: ExplainedField["part"]): string {
  switch (part) {
    case "train":
      return "the network learned from this well";
    case "validate":
      return "the network was chosen by this well";
    case "test":
      return "the network never saw this well";
    case "unused":
    case null:
      return "";
  }
}

/** `9 fields of 7 wells`. */
export function fieldsAndWells(fields: readonly ExplainedField[]): string {
  const wells = new Set(fields.map(({ plate, well }) => `${plate}/${well}`)).size;
  return `${count(fields.length, "field")} of ${count(wells, "well")}`;
}
