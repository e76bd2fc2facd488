/**
 * Which images a study has, and how long and how old their files are.
 */
import { relative, resolve } from "node:path";
import { NeuroscreenError } from "../base/errors.ts";
import type { NamedImage } from "../images/fields.ts";
import { type Listing, readListing } from "../images/listing.ts";
import type { Study } from "../plates/study.ts";
import { formatWell } from "../plates/wells.ts";
import type { ListedImage } from "../store/file-facts.ts";
import { fileTimes, listFiles } from "../store/files.ts";

/** The images below a study's folder of images. */
export interface FoundImages extends Listing {
  /** What each path begins with: the folder of images, relative to the study's folder. */
  readonly prefix: string;
}

/**
 * Lists and names the images of a study.
 *
 * @throws {NeuroscreenError} `no-such-folder`; what `readListing` throws
 */
export async function findImages(study: Study): Promise<FoundImages> {
  const folder = resolve(study.folder, study.images);
  const paths = await listFiles(folder).catch((cause: unknown) => {
    throw new NeuroscreenError({
      code: "no-such-folder",
      what: `Looking for the images of ${study.name}`,
      found: folder,
      expected: "a folder that can be read",
      remedy: "Set `images` in the study to the images' folder, relative to the study file.",
      cause,
    });
  });
  const prefix = folder === study.folder ? "" : `${relative(study.folder, folder).replaceAll("\\", "/")}/`;
  return { ...readListing(study, paths, { folder, prefix }), prefix };
}

/** The images of the study's channels with their length and time, as the table of known files wants them. */
export async function listImages(study: Study, images: readonly NamedImage[]): Promise<ListedImage[]> {
  const used = images.filter(({ channel }) => channel >= 0);
  const times = await fileTimes(
    study.folder,
    used.map(({ path }) => path),
  );
  return used.map(({ path, plate, well, site, channel }, i) => {
    const { bytes, modified } = times[i] ?? { bytes: 0, modified: 0 };
    return { path, plate, well: formatWell(well), site, channel: study.channels[channel]!.name, bytes, modified };
  });
}
