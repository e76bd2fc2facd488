/**
 * From the files below a folder to the images of a study: each one named, and whatever is none of them told.
 */
import { NeuroscreenError, nearest } from "../base/errors.ts";
import { namedGroups, type Study } from "../plates/study.ts";
import type { NamedImage, Problem } from "./fields.ts";
import { asideOf } from "./guess-namings.ts";
import { imageReader, unfitting } from "./names.ts";

/** What looks like an image; other files lie among images everywhere and are not told of. */
const imageName = /\.(tiff?|png|jpe?g|bmp|gif)$/i;

/** What a list of files came to. */
export interface Listing {
  /** The images of the study, those of channels that it does not use among them. */
  readonly images: NamedImage[];
  /**
   * `name-unknown` for each file that looks like an image and is none of the study's, with the reason; `images-aside`, once
   * each, for what microscopes write beside the images of a plate, such as thumbnails.
   */
  readonly problems: Problem[];
  /** How many images are of other planes or times than those that the study selects. */
  readonly otherPlanes: number;
}

/**
 * Names the images of a study.
 *
 * @param paths every file below the images' folder, relative to it, with `/`
 * @param options.folder how errors name the images' folder
 * @param options.prefix what leads from the study's folder to the images' folder: empty, or with a `/` at its end
 * @throws {NeuroscreenError} `no-images` if no name fits, or one of the study's channels has no image at all;
 *   `doubled-plate` if two folders give one plate its name
 */
export function readListing(
  study: Study,
  paths: readonly string[],
  { folder, prefix }: { readonly folder: string; readonly prefix: string },
): Listing {
  const read = imageReader(study);
  const images: NamedImage[] = [];
  const strangers = new Map<string, string>();
  const asides = new Map<string, { readonly first: string; readonly count: number }>();
  const planes = new Map<string, number>();
  for (const path of paths) {
    const reading = read(path);
    if (reading.kind === "image") images.push({ path: prefix + path, ...reading.image });
    else if (reading.kind === "other-plane") planes.set(reading.plane, (planes.get(reading.plane) ?? 0) + 1);
    else if (imageName.test(path)) {
      const aside = asideOf(path);
      if (aside === undefined) strangers.set(path, reading.reason);
      else asides.set(aside, { first: asides.get(aside)?.first ?? path, count: (asides.get(aside)?.count ?? 0) + 1 });
    }
  }
  const otherPlanes = [...planes.values()].reduce((sum, count) => sum + count, 0);
  if (images.length === 0 && otherPlanes > 0) throw refusePlanes(study, folder, planes);
  if (images.length === 0) throw refuseNames(study, folder, paths, strangers);
  refuseMissingChannels(study, images);
  refuseDoubledPlates(study, images);
  const problems = [...strangers].map(([path, reason]) => {
    return { code: "name-unknown", subject: prefix + path, message: `left out: ${reason}` };
  });
  for (const [what, { first, count }] of asides) {
    const message = `left aside: ${count === 1 ? "one image" : `${count} images`}, such as ${prefix}${first}`;
    problems.push({ code: "images-aside", subject: what, message });
  }
  return { images, problems, otherPlanes };
}

function refuseNames(
  study: Study,
  folder: string,
  paths: readonly string[],
  strangers: ReadonlyMap<string, string>,
): NeuroscreenError {
  const names = [...strangers.keys(), ...paths.filter((path) => !strangers.has(path))].slice(0, 3);
  const count = paths.length > names.length ? `${paths.length} other files, such as` : "only";
  const reason = strangers.get(names[0] ?? "") ?? unfitting;
  const shown = `${count} ${names.join(", ")}${reason === unfitting ? "" : ` (of the first, ${reason})`}`;
  return new NeuroscreenError({
    code: "no-images",
    what: `Looking for the images of ${study.name} in ${folder}`,
    found: paths.length === 0 ? "no file at all" : shown,
    expected:
      study.format === "incell" ? "names such as `B - 4(fld 1 wv Red - Cy5).tif`" : `names that fit ${study.pattern}`,
    remedy: "Set `images`, `format` and `pattern` in the study to where the images are and how they are named.",
  });
}

function refusePlanes(study: Study, folder: string, planes: ReadonlyMap<string, number>): NeuroscreenError {
  const found = [...planes].slice(0, 8).map(([plane, count]) => `${count} of ${plane}`);
  const wanted = Object.entries(study.select ?? {}).map(([plane, number]) => `${plane} ${number}`);
  return new NeuroscreenError({
    code: "no-images",
    what: `Looking for the images of ${study.name} in ${folder}`,
    found: `only images of other planes (${found.join(", ")})`,
    expected: `images of ${wanted.join(" and ")}`,
    remedy: "Set `select` in the study to a plane and a time that the names have.",
  });
}

function refuseMissingChannels(study: Study, images: readonly NamedImage[]): void {
  const present = new Set(images.map(({ channel }) => channel));
  const missing = study.channels.filter((_, channel) => !present.has(channel));
  if (missing.length === 0) return;
  const found = [...new Set(images.map(({ channelText }) => channelText))].sort();
  const words = found.flatMap((text) => [text, ...text.split(" - ")]);
  const named = missing.map(({ match }) => {
    const near = nearest(match, words);
    return `${JSON.stringify(match)}${near === undefined ? "" : ` (did you mean ${JSON.stringify(near)}?)`}`;
  });
  const shown = found.slice(0, 8).map((text) => JSON.stringify(text));
  throw new NeuroscreenError({
    code: "no-images",
    what: `Looking for the channels of ${study.name}`,
    found: `the channels ${shown.join(", ")}`,
    expected: `${missing.length === study.channels.length ? "any of" : "images of"} ${named.join(", ")}`,
    remedy: "Set `match` of each of the study's channels to what the file names have.",
  });
}

/**
 * Refuses two folders that give one plate its name, which would quietly become one plate. Only where the folder is what
 * names the plate: a study that says where the plate's name stands may well keep a plate in several folders, one for
 * each time point, say.
 */
function refuseDoubledPlates(study: Study, images: readonly NamedImage[]): void {
  const { plate, plateFrom, pattern } = study;
  if (plate !== undefined || plateFrom !== undefined || namedGroups(pattern ?? "").includes("plate")) return;
  const folderOf = new Map<string, string>();
  for (const image of images.filter(({ channel }) => channel >= 0)) {
    const folder = image.path.slice(0, Math.max(0, image.path.lastIndexOf("/")));
    const earlier = folderOf.get(image.plate) ?? folder;
    folderOf.set(image.plate, earlier);
    if (earlier === folder) continue;
    throw new NeuroscreenError({
      code: "doubled-plate",
      what: `Looking for the plates of ${study.name}`,
      found: `plate ${image.plate} in ${earlier || "."} and in ${folder || "."}`,
      expected: "one folder a plate, each with a name of its own",
      remedy:
        "Rename a folder, or say in the study which part of the path is the plate's name: `plateFrom: '(.+)/[^/]*$'` takes all of " +
        "the folders, `plateFrom: '([^/]+)/[^/]+/[^/]*$'` the one above.",
    });
  }
}
