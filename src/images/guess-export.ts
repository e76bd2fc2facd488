/**
 * What a microscope writes about its export: which filter each channel's number stands for, and how large a pixel is.
 */

/** What the description of an export says. */
export interface ExportFacts {
  /** The names of channels by the numbers that file names write. */
  readonly channels: ReadonlyMap<number, string>;
  readonly pixelSizeMicrometres: number | null;
}

/** Whether a file describes an export: of MetaXpress, Harmony or a CellVoyager. */
export function describesExport(path: string): boolean {
  return /(?:\.HTD|(?:^|\/)Index(?:\.idx)?\.xml|\.mrf|\.mes)$/i.test(path);
}

// Whole XML is not needed, and some are cut off after the first megabytes: what is sought stands near the beginning.
const channelTexts: readonly RegExp[] = [
  // MetaXpress: "WaveName1", "DAPI"
  /"WaveName(?<number>\d+)",\s*"(?<name>[^"]+)"/g,
  // Harmony: once a channel, in each image, or with its flat-field profiles, as the version has it.
  /<Entry ChannelID="(?<number>\d+)">\s*<ChannelName>(?<name>[^<]+)</g,
  /<ChannelID>(?<number>\d+)<\/ChannelID>(?:(?!<\/Image>|<ChannelID>)[\s\S])*?<ChannelName>(?<name>[^<]+)</g,
  /Channel: (?<number>\d+), ChannelName: (?<name>[^,}]+)/g,
  // The settings of a CellVoyager name the laser: 405.
  /<bts:Channel bts:Ch="(?<number>\d+)" bts:Target="(?<name>[^"]+)"/g,
];

const pixelTexts: readonly (readonly [expression: RegExp, micrometresPerUnit: number])[] = [
  [/<ImageResolutionX Unit="m">([^<]+)</, 1e6],
  [/bts:HorizontalPixelDimension="([^"]+)"/, 1],
];

/** Reads a description's text, or the beginning of it. */
export function readExport(text: string): ExportFacts {
  const channels = new Map<number, string>();
  for (const expression of channelTexts) {
    for (const { groups } of text.matchAll(expression)) {
      const { number, name } = groups ?? {};
      if (number !== undefined && name !== undefined && !channels.has(Number(number)))
        channels.set(Number(number), name.trim().replace(/^\d{3}$/, "$& nm"));
    }
  }
  for (const [expression, unit] of pixelTexts) {
    const size = Number(expression.exec(text)?.[1] ?? Number.NaN) * unit;
    if (size > 0 && size < 1000) return { channels, pixelSizeMicrometres: Number(size.toPrecision(6)) };
  }
  return { channels, pixelSizeMicrometres: null };
}

/** What several descriptions agree in. */
export function joinExports(all: readonly ExportFacts[]): ExportFacts {
  const numbers = new Set(all.flatMap(({ channels }) => [...channels.keys()]));
  const channels = new Map<number, string>();
  for (const number of numbers) {
    const names = new Set(all.flatMap(({ channels }) => channels.get(number) ?? []));
    const [name] = names;
    if (names.size === 1 && name !== undefined) channels.set(number, name);
  }
  const sizes = new Set(all.flatMap(({ pixelSizeMicrometres }) => pixelSizeMicrometres ?? []));
  const [size = null] = sizes;
  return { channels, pixelSizeMicrometres: sizes.size === 1 ? size : null };
}
