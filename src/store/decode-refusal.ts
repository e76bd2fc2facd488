/**
 * What a decoder refuses with. A decoder sees bytes and does not know the file's name; `images.ts` adds it.
 */

const reExport = "Export it as PNG or TIFF, one grey channel of 8 or 16 bits, one file a channel and field.";
const copyAgain = "The file is damaged: copy or export the image again.";

/** Why bytes are no image that we read: what was found, what was expected, what to do. */
export class ImageRefusal extends Error {
  override readonly name = "ImageRefusal";
  readonly found: string;
  readonly expected: string;
  readonly remedy: string;

  constructor(found: string, expected: string, remedy: string) {
    super(`expected ${expected}, found ${found}`);
    this.found = found;
    this.expected = expected;
    this.remedy = remedy;
  }
}

/** The refusal of a file that is cut short or contradicts itself. */
export function badImage(found: string, expected: string): ImageRefusal {
  return new ImageRefusal(found, expected, copyAgain);
}

/** A refusal in plain words, for whoever does not know the format: what is wrong in the file stands in brackets. */
export function plainRefusal({
  found,
  expected,
  remedy,
}: ImageRefusal): Pick<ImageRefusal, "found" | "expected" | "remedy"> {
  if (remedy !== copyAgain) return { found, expected, remedy };
  return {
    found: `a damaged or cut one (${found}, where ${expected} should be)`,
    expected: "a whole image file",
    remedy,
  };
}

/** The refusal of a whole file that holds something else than one grey channel of up to 16 bits. */
export function otherImage(found: string, expected: string): ImageRefusal {
  return new ImageRefusal(found, expected, reExport);
}
