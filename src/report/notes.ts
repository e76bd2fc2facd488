/**
 * Notes of the tables in words.
 */
import { type WellNote, wellNotes } from "../records/screen.ts";

/** A compound's note, in which a well's note may stand among sentences. */
export function plainNote(note: string | null): string {
  const plain = (part: string) => noteWords(wellNotes.find((known) => known === part) ?? null) || part;
  return note === null ? "" : note.split("; ").map(plain).join("; ");
}

/** What a note of `wells.csv` says to a reader; nothing where there is none. */
export function noteWords(note: WellNote | null): string {
  switch (note) {
    case null:
      return "";
    case "no-field":
      return "no field could be scored";
    case "too-few-anchors":
      return "too few control wells on its plate";
    case "equal-anchors":
      return "both controls of its plate score the same";
    case "unlike-controls":
      return "like neither control";
    case "anchors-trained-on":
      return "scale set by wells that the network learned from";
    case "few-anchors":
      return "scale set by few wells";
  }
}
