/**
 * What a field says of itself without its shapes: the numbers by which a network may be taking a shortcut.
 */
import type { Plane } from "../images/grey.ts";
import { type Brightness, measureBrightness } from "./brightness.ts";
import { type Focus, measureFocus } from "./focus.ts";
import { countNuclei } from "./nuclei.ts";

/** Numbers of one field, those of stains in the study's order. */
export interface FieldMeasures {
  readonly brightness: readonly Brightness[];
  readonly focus: readonly Focus[];
  /** How many nuclei the nuclear stain shows, or why none could be counted. */
  readonly nuclei: number | "no-nuclear-stain" | "no-pixel-size";
}

/** What is to be known of the images. */
export interface FieldOptics {
  /** Which stain shows nuclei: its place in the study, as {@link findNuclearStain} gives it; null where none does. */
  readonly nuclearStain: number | null;
  /** The side of a pixel of these planes; null where nobody says. */
  readonly pixelSizeMicrometres: number | null;
}

/** Measures a field, a plane a stain, in its files' grey values. */
export function measureField(
  planes: readonly Plane[],
  { nuclearStain, pixelSizeMicrometres }: FieldOptics,
): FieldMeasures {
  const nuclear = nuclearStain === null ? undefined : planes[nuclearStain];
  return {
    brightness: planes.map(measureBrightness),
    focus: planes.map(measureFocus),
    nuclei:
      nuclear === undefined
        ? "no-nuclear-stain"
        : pixelSizeMicrometres === null
          ? "no-pixel-size"
          : countNuclei(nuclear, pixelSizeMicrometres),
  };
}

const nuclearNames = /hoechst|dapi|\bdna\b|nucle(i|us|ar)|draq ?5|draq ?7|h33342|h33258|h2b|sytox|to-?pro|propidium/i;

/** The first stain whose name says that it shows nuclei, such as Hoechst or DAPI; null where none does. */
export function findNuclearStain(channels: readonly string[]): number | null {
  const place = channels.findIndex((name) => nuclearNames.test(name.replaceAll("_", " ")));
  return place < 0 ? null : place;
}
