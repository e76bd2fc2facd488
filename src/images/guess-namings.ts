/**
 * How microscopes name the images that they export.
 *
 * Each naming is a regular expression with the named groups that `names.ts` reads, without the ends `^` and `$` and
 * without the file's ending. No `/` stands in them: an expression with one is sought in the whole path. A new microscope is a
 * new row here.
 */

/** A naming that is known. */
export interface Naming {
  /** What people call it. */
  readonly name: string;
  /** The study's `format` for it. */
  readonly format: "incell" | "pattern";
  /** One expression for each variant of the file's name, the plain ones first. */
  readonly bodies: readonly string[];
  /** What stands before a channel's number, for its proposed name: `w1`. */
  readonly channelPrefix: string;
}

const well = "(?<well>[A-Z]{1,2}\\d{2})";
const shortWell = "(?<well>[A-Z]{1,2}\\d{1,2})";
const guid = "[0-9A-Fa-f-]{36}";

/** The known namings; where two read the same files, the earlier one is meant. */
export const namings: readonly Naming[] = [
  {
    name: "IN Cell Analyzer",
    format: "incell",
    // B - 4(fld 1 wv Red - Cy5 z 3 time 2 - 6000 ms); older exports joined the folders' names in front.
    bodies: [
      "(?:(?<plate>.*)_)?(?<row>[A-Za-z]{1,2}) - (?<column>\\d{1,2})\\((?:fld|fld\\.) ?(?<site>\\d+) wv (?<channel>[^()]+?)(?: z (?<z>\\d+))?(?: time (?<time>\\d+)(?: - \\d+ ms)?)?\\)",
    ],
    channelPrefix: "w",
  },
  {
    name: "Opera or Operetta (Harmony)",
    format: "pattern",
    // r01c02f03p01-ch1sk1fk1fl1: row, column, field, plane; sk counts time points.
    bodies: [
      "r(?<row>\\d{2})c(?<column>\\d{2})f(?<site>\\d{2,})p(?<z>\\d{2,})-ch(?<channel>\\d{1,2})sk(?<time>\\d+)fk\\d+fl\\d+",
    ],
    channelPrefix: "ch",
  },
  {
    name: "Opera or Operetta (Columbus)",
    format: "pattern",
    // 001002-3-001001001: row and column, field, then plane, time point and channel.
    bodies: ["(?<row>\\d{3})(?<column>\\d{3})-(?<site>\\d+)-(?<z>\\d{3})(?<time>\\d{3})(?<channel>\\d{3})"],
    channelPrefix: "ch",
  },
  {
    name: "Yokogawa CellVoyager",
    format: "pattern",
    // plate_D08_T0001F001L01A01Z01C01: time point, field, time line, action, plane, channel.
    bodies: [`(?<plate>.+)_${well}_T(?<time>\\d{4})F(?<site>\\d{3})L\\d{2}A\\d{2}Z(?<z>\\d{2})C(?<channel>\\d{2})`],
    channelPrefix: "C",
  },
  {
    name: "ImageXpress (MetaXpress)",
    format: "pattern",
    // plate_B02_s1_w1, with a GUID after the wavelength where it comes from the database; site and wavelength only where there are several.
    bodies: imageXpressBodies(),
    channelPrefix: "w",
  },
  {
    name: "IN Cell 3000",
    format: "pattern",
    bodies: ["Channel(?<channel>\\d+)-\\d+-(?<row>[A-Za-z]{1,2})-(?<column>\\d{2})"],
    channelPrefix: "Channel",
  },
  {
    name: "CellInsight or ArrayScan",
    format: "pattern",
    // MFGTMP_140206180002_A01f00d0: field and channel count from 0.
    bodies: [`(?<plate>.+)_${well}f(?<site>\\d{2,})d(?<channel>\\d)`, `${well}f(?<site>\\d{2,})d(?<channel>\\d)`],
    channelPrefix: "d",
  },
  {
    name: "Cytation (Gen5)",
    format: "pattern",
    // A1_01_1_4_DAPI_001: read step, channel's number, field, channel, time point.
    bodies: [`${shortWell}_\\d+_\\d+_(?<site>\\d+)_(?<channel>[^_]+)_(?<time>\\d+)`],
    channelPrefix: "",
  },
  {
    name: "ScanR",
    format: "pattern",
    bodies: [`${shortWell}--W\\d+--P(?<site>\\d+)--Z(?<z>\\d+)--T(?<time>\\d+)--(?<channel>.+)`],
    channelPrefix: "",
  },
];

function imageXpressBodies(): string[] {
  const bodies: string[] = [];
  for (const suffix of ["", guid])
    for (const channel of ["_w(?<channel>\\d{1,2})", ""])
      for (const site of ["_s(?<site>\\d+)", ""])
        for (const plate of ["(?<plate>.+)_", ""]) {
          // Without any of them it would be a bare `B02.tif`, which anything may be called.
          if (site === "" && channel === "") continue;
          bodies.push(plate + well + site + channel + suffix);
        }
  return bodies;
}

/** The folders into which exports sort the images of one plate, by what they say. */
export const planeFolders: readonly (readonly [group: "time" | "z", name: RegExp])[] = [
  ["time", /^TimePoint_(\d+)$/i],
  ["z", /^ZStep_(\d+)$/i],
];

/** Whether a folder is part of an export's own order, and so no plate: `TimePoint_1`, `Images`. */
export function isPlainFolder(name: string): boolean {
  return (
    planeFolders.some(([, expression]) => expression.test(name)) ||
    /^(images?|tiffs?|tif|png|data|raw|export(ed)?|flex|assaydata)$/i.test(name)
  );
}

/** Files that lie among a plate's images and are none of it, by what they are. */
const asides: readonly (readonly [what: string, name: RegExp])[] = [
  ["thumbnails and previews", /(?:^|[/_ .-])(?:thumb|preview|overview)/i],
  ["correction images", /(?:^|\/)(?:[SD]C_[^/]*(?:_CH|_CAM)\d+\.|[^/]*(?:flat-?field|shading|illum))/i],
];

/** What an image is that a microscope writes beside those of a plate: `thumbnails and previews`; undefined for any other. */
export function asideOf(path: string): string | undefined {
  return asides.find(([, expression]) => expression.test(path))?.[0];
}

/** The dyes and filters whose spelling is settled, by their lower case. */
const dyes = new Map(
  [
    ...["DAPI", "Hoechst", "FITC", "TRITC", "Cy3", "Cy5", "Cy7", "GFP", "RFP", "YFP", "CFP", "mCherry", "dsRed"],
    ...["TexasRed", "Brightfield"],
  ].map((name) => [name.toLowerCase(), name]),
);

/** Whether a word is a dye, a filter or a wavelength, and so the name of a channel. */
export function isDye(word: string): boolean {
  const plain = word.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
  return [...dyes.keys()].some((dye) => plain.includes(dye)) || /^(alexa|cy|atto)?\d{3}$/.test(plain);
}

/**
 * What to call a channel, from how file names write it: `Cy5` for `Red - Cy5`, `DAPI` for `dapi 377,447`, `w1` for `1`.
 * Which protein a dye marks is in no file name.
 */
export function channelName(text: string, prefix: string): string {
  if (/^\d+$/.test(text)) return `${prefix || "channel"}${text}`;
  const emission = text.split(" - ").at(-1)!.trim();
  const bare = emission.replace(/[ _]?\d{3}[,/]\d{3}$/, "");
  return dyes.get(bare.toLowerCase()) ?? (bare === "" ? text : bare);
}
