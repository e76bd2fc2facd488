/**
 * Fields: the images of one camera position in a well, one a channel, found among file names.
 */
import { formatWell, type Well } from "../plates/wells.ts";

/** One camera position in a well. */
export interface Field {
  readonly plate: string;
  /** The well's name, `A01`. */
  readonly well: string;
  /** The position's number as the files write it; 1 where they have none. */
  readonly site: number;
  /** One image a channel in the study's order, relative to the study's folder, with `/`. */
  readonly paths: readonly string[];
}

/** Something left out, and why, in plain words. */
export interface Problem {
  /** A stable word for programs. */
  readonly code: string;
  /** What it is about: `plate/well/site`, `plate/well`, or a path. */
  readonly subject: string;
  readonly message: string;
}

/** What the name of one image says. */
export interface NamedImage {
  /** Relative to the study's folder, with `/`. */
  readonly path: string;
  readonly plate: string;
  readonly well: Well;
  readonly site: number;
  /** The channel's place in the study; −1 for one that the study does not use. */
  readonly channel: number;
  /** The channel as the file name writes it. */
  readonly channelText: string;
}

/** How a field is named in problems: `BBBC013/A01/1`. */
export function fieldKey({ plate, well, site }: Pick<Field, "plate" | "well" | "site">): string {
  return `${plate}/${well}/${site}`;
}

/**
 * Groups images to fields, sorted by plate, well and site.
 *
 * A field that lacks a channel, or has two images of one, is left out and told as a problem (`channel-missing`,
 * `image-doubled`); so is, once, each channel that the study does not use (`channel-unused`).
 *
 * @param channels the names of the study's channels
 */
export function groupFields(
  images: readonly NamedImage[],
  channels: readonly string[],
): { readonly fields: Field[]; readonly problems: Problem[] } {
  const problems = unusedChannels(images);
  const byField = new Map<string, NamedImage[]>();
  for (const image of images) {
    if (image.channel < 0) continue;
    const key = fieldKey({ ...image, well: formatWell(image.well) });
    const group = byField.get(key);
    if (group === undefined) byField.set(key, [image]);
    else group.push(image);
  }
  const fields: Field[] = [];
  for (const group of [...byField.values()].sort(([a], [b]) => compareImages(a!, b!))) {
    const { plate, site, well } = group[0]!;
    const field = { plate, well: formatWell(well), site };
    const byChannel = channels.map((_, channel) => group.filter((image) => image.channel === channel));
    const leaveOut = (code: string, message: string) => problems.push({ code, subject: fieldKey(field), message });
    const doubled = byChannel.find((paths) => paths.length > 1);
    const missing = channels.filter((_, channel) => byChannel[channel]!.length === 0);
    if (doubled !== undefined) {
      const paths = doubled.map(({ path }) => path).sort();
      leaveOut("image-doubled", `left out: ${doubled.length} images of one channel (${paths.slice(0, 3).join(", ")})`);
    } else if (missing.length > 0) leaveOut("channel-missing", `left out: no image of ${missing.join(", ")}`);
    else fields.push({ ...field, paths: byChannel.map(([image]) => image!.path) });
  }
  return { fields, problems };
}

function unusedChannels(images: readonly NamedImage[]): Problem[] {
  const counts = new Map<string, number>();
  for (const { channel, channelText } of images) {
    if (channel < 0) counts.set(channelText, (counts.get(channelText) ?? 0) + 1);
  }
  return [...counts].sort().map(([text, count]) => ({
    code: "channel-unused",
    subject: text,
    message: `${count} ${count === 1 ? "image is" : "images are"} of the channel ${JSON.stringify(text)}, which no channel of the study matches`,
  }));
}

function compareImages(a: NamedImage, b: NamedImage): number {
  if (a.plate !== b.plate) return a.plate < b.plate ? -1 : 1;
  return a.well.row - b.well.row || a.well.column - b.well.column || a.site - b.site;
}
