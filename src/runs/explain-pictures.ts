/** The stains of fields in grey, small, for pages. */
import type { Field } from "../images/fields.ts";
import type { Plane } from "../images/grey.ts";
import type { Role } from "../plates/roles.ts";
import { readField } from "../store/images.ts";
import { type GreyRange, greyRanges, stainsPicture } from "../store/thumbnails.ts";
import type { OpenStudy } from "./index-study.ts";
import { fitStudy, type Model } from "./screen-models.ts";

/** The longer edge of a stain's picture in pixels, and the JPEG's quality. */
const small = { edge: 256, quality: 80 };

/**
 * Writes the pictures of fields, and gives the grey ranges of the stains, the same for all: those of the vehicle fields among
 * them, or of all where there are none.
 */
export async function drawStains(
  pictures: readonly { readonly field: { readonly field: Field; readonly role: Role }; readonly picture: string }[],
  model: Model,
  { index }: OpenStudy,
  write: (path: string, bytes: Uint8Array) => Promise<void>,
): Promise<GreyRange[]> {
  const { stainsOf } = fitStudy(model, index, ["bit-depth", "pixel-size"]);
  const read: { readonly planes: readonly Plane[]; readonly role: Role; readonly picture: string }[] = [];
  // One after the other: whole fields are large before they are made small, and there are few of them.
  for (const { field, picture } of pictures) {
    const { planes } = await readField(index.study.folder, stainsOf(field.field), { size: small.edge });
    read.push({ planes, role: field.role, picture });
  }
  const vehicle = read.filter(({ role }) => role === "negative");
  const ranges = greyRanges((vehicle.length > 0 ? vehicle : read).map(({ planes }) => planes));
  for (const { planes, picture } of read) await write(picture, await stainsPicture(planes, ranges, small));
  return ranges;
}
