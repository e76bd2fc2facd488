/**
 * What the names of image files say: plate, well, site and channel.
 *
 * Two formats. `incell` is the IN Cell Analyzer's `B - 4(fld 1 wv Red - Cy5).tif`, row letter and column number.
 * `pattern` is whatever the study's regular expression says, through its named groups.
 */
import type { Study } from "../plates/study.ts";
import { formatWell, parseWell, type Well } from "../plates/wells.ts";
import type { NamedImage } from "./fields.ts";

// Exports that joined the folders into the name put a `_` before the row and write everything in lower case.
const incell =
  /(?:^|_)(?<row>[A-Za-z]{1,2}) - (?<column>\d{1,2})\((?:fld|fld\.) ?(?<site>\d+) wv (?<channel>[^()]+?)\)\.tiff?$/i;

// A stack or a series in one well: which plane to take is not ours to guess.
const incellStack = / (?:z|time) \d+/i;

/** Reads the path of an image below the images' folder; null for a name that is none of the study's. */
export type NameReader = (path: string) => Omit<NamedImage, "path"> | null;

/**
 * The reader for a study's names.
 *
 * A pattern is sought in the file name, or in the whole path below the images' folder where it has a `/`. Its
 * groups: `well` (`B03`), or `row` (letters, or a number from 1) and `column` (a number from 1); `channel`, which only
 * a study of one channel may leave out; `site`, 1 where there is none; `plate`. Where names have no group `plate`, the plate
 * is what `plateFrom` finds, else the study's `plate`, else the name of the folder that holds the image.
 */
export function nameReader(study: Study): NameReader {
  const pattern = study.format === "incell" ? incell : new RegExp(study.pattern ?? "");
  const wholePath = study.format === "pattern" && pattern.source.includes("/");
  const plateOf = plateReader(study);
  return (path) => {
    const name = wholePath ? path : path.slice(path.lastIndexOf("/") + 1);
    const groups = pattern.exec(name)?.groups;
    if (groups === undefined || (study.format === "incell" && incellStack.test(groups.channel ?? ""))) return null;
    const well = readWell(groups);
    const site = Number(groups.site ?? 1);
    const plate = groups.plate ?? plateOf(path);
    if (well === null || !Number.isInteger(site) || plate === undefined || plate === "") return null;
    const channelText = groups.channel ?? study.channels[0]!.match;
    return { plate, well, site, channel: findChannel(study, channelText), channelText };
  };
}

function plateReader(study: Study): (path: string) => string | undefined {
  const { plate, plateFrom } = study;
  if (plateFrom !== undefined) {
    const expression = new RegExp(plateFrom);
    return (path) => {
      const match = expression.exec(path);
      return match === null ? undefined : (match.groups?.plate ?? match[1] ?? match[0]);
    };
  }
  if (plate !== undefined) return () => plate;
  const imagesFolder = `${study.folder}/${study.images}`
    .split(/[/\\]+/)
    .filter((part) => part !== "" && part !== ".")
    .at(-1);
  return (path) => path.split("/").at(-2) ?? imagesFolder;
}

function readWell(groups: Readonly<Record<string, string | undefined>>): Well | null {
  const { well, row = "", column = "" } = groups;
  try {
    if (well !== undefined) return parseWell(well);
    return parseWell(
      /^\d+$/.test(row) ? formatWell({ row: Number(row) - 1, column: Number(column) - 1 }) : row + column,
    );
  } catch {
    return null;
  }
}

/**
 * The channel that a text of a file name means: the whole text, or else one of its parts between ` - `
 * (`Red - Cy5` is matched by `Cy5`); −1 where there is none.
 */
function findChannel({ channels }: Study, text: string): number {
  const lower = text.trim().toLowerCase();
  const parts = lower.split(" - ").reverse(); // the emission filter, which is written last, says the stain
  for (const wanted of [lower, ...parts]) {
    const index = channels.findIndex(({ match }) => match.toLowerCase() === wanted);
    if (index >= 0) return index;
  }
  return -1;
}
