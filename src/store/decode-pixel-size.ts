/**
 * How large a pixel is on the specimen, where an image file states it: OME-XML, MetaMorph, ImageJ, or a plausible resolution.
 */
import type { TiffPage } from "./tiff-directory.ts";

/** Micrometres in a unit, by the names that programs use. */
const units: Readonly<Record<string, number>> = {
  ...{ pm: 1e-6, Å: 1e-4, nm: 1e-3, µm: 1, um: 1, micron: 1, microns: 1, micrometer: 1, mm: 1e3, cm: 1e4, m: 1e6 },
};

/**
 * The edge of a pixel, in micrometres; null if the file does not say, or says two different ones across and down.
 *
 * In this order: OME-XML's `PhysicalSizeX` and `Y`, MetaMorph's `spatial-calibration-x` and `-y`, ImageJ's unit. Last the
 * resolution of TIFF itself in pixels an inch or centimetre, where it comes to what a microscope can have: printers' 72 to 300
 * an inch, which many programs write without asking, do not.
 */
export function tiffPixelSize({
  description,
  resolution,
}: Pick<TiffPage, "description" | "resolution">): number | null {
  if (/<(\w+:)?OME\b/.test(description)) return omePixelSize(description);
  if (description.includes("spatial-calibration-")) return metaMorphPixelSize(description);
  if (resolution === null) return null;
  const { x, y, unit } = resolution;
  if (description.startsWith("ImageJ=")) {
    const name = /^unit=(.*)$/m.exec(description)?.[1] ?? "";
    return square(1 / x, 1 / y, name);
  }
  return plausiblePixelSize(unit === 2 ? 25_400 / x : unit === 3 ? 10_000 / x : 0, x / y);
}

/** Under ten micrometres, the coarsest objective's; over what light resolves by far. */
export function plausiblePixelSize(micrometres: number, aspect: number): number | null {
  return micrometres >= 0.01 && micrometres <= 10 && Math.abs(aspect - 1) < 0.01 ? micrometres : null;
}

function omePixelSize(xml: string): number | null {
  const sizes = [...xml.matchAll(/<(?:\w+:)?Pixels\b[^<>]*>/g)].map(([pixels]) => {
    const of = (name: string) => new RegExp(`\\b${name}\\s*=\\s*["']([^"']*)["']`).exec(pixels)?.[1];
    const x = Number(of("PhysicalSizeX"));
    return square(x, Number(of("PhysicalSizeY") ?? x), withoutEntity(of("PhysicalSizeXUnit") ?? "µm"));
  });
  // A file that belongs to a set may describe all of it.
  return new Set(sizes).size === 1 ? sizes[0]! : null;
}

function metaMorphPixelSize(xml: string): number | null {
  const of = (id: string) => new RegExp(`id="spatial-calibration-${id}"[^<>]{0,200}?value="([^"]*)"`).exec(xml)?.[1];
  if (of("state") === "off") return null;
  const x = Number(of("x"));
  return square(x, Number(of("y") ?? x), withoutEntity(of("units") ?? ""));
}

function square(x: number, y: number, unit: string): number | null {
  const size = x * (units[sameMicro(unit.trim())] ?? Number.NaN);
  return Number.isFinite(size) && size > 0 && Math.abs(x / y - 1) < 0.01 ? size : null;
}

/** Unicode has two letters for micro, and ImageJ writes the sign's number. */
function sameMicro(unit: string): string {
  return unit.replace(/\\u00[bB]5|μ/, "µ");
}

function withoutEntity(text: string): string {
  return text.replace(/&#(?:181|x[bB]5);/, "µ");
}
