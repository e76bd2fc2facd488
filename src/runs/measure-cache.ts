/**
 * Numbers of fields, kept in a file while they are measured: a line a field, found again by what its images hold.
 *
 * A field is named by the SHA-256 of its files and not by its place, so a line is true wherever the study lies, and an image that
 * was changed is simply not found. The file may be thrown away at any time.
 */
import { appendFile, readFile } from "node:fs/promises";
import { z } from "zod";
import { version } from "../base/version.ts";
import type { FieldMeasures, FieldOptics } from "../measure/field.ts";
import { sha256, writeAtomically, writing } from "../store/files.ts";
import type { FileFacts } from "../store/images.ts";

const brightness = z.object({ mean: z.number(), sd: z.number(), percentiles: z.array(z.number()) });
const focus = z.object({ laplacian: z.number(), vollath: z.number() });
const lineSchema = z.object({
  images: z.string(),
  brightness: z.array(brightness),
  focus: z.array(focus),
  nuclei: z.union([z.number(), z.literal("no-nuclear-stain"), z.literal("no-pixel-size")]),
});

/** What is measured so far. */
export interface MeasureCache {
  /** A field's numbers; undefined where it was not measured, or one of its files is not known. */
  find(files: readonly (FileFacts | undefined)[]): FieldMeasures | undefined;
  append(
    measured: readonly { readonly files: readonly FileFacts[]; readonly measures: FieldMeasures }[],
  ): Promise<void>;
}

/** Opens the file, begun anew where it is of another version or of other optics. */
export async function openMeasureCache(path: string, optics: FieldOptics): Promise<MeasureCache> {
  const header = JSON.stringify({ measuredBy: version, ...optics });
  const [first, ...lines] = (await readFile(path, "utf8").catch(() => "")).split("\n");
  const known = new Map(first === header ? lines.flatMap(readLine) : []);
  // A last line that was cut short ends here, and is none.
  if (known.size > 0) await writing(path, () => appendFile(path, "\n"));
  else await writeAtomically(path, `${header}\n`);
  return {
    find: (files) => {
      const hashes = files.flatMap((file) => file?.sha256 ?? []);
      return hashes.length === files.length ? known.get(nameOf(hashes)) : undefined;
    },
    append: (measured) =>
      writing(path, () =>
        appendFile(
          path,
          measured
            .map(({ files, measures }) => {
              const images = nameOf(files.map((file) => file.sha256));
              return `${JSON.stringify({ images, ...measures })}\n`;
            })
            .join(""),
        ),
      ),
  };
}

function nameOf(hashes: readonly string[]): string {
  return sha256(hashes.join("\n"));
}

function readLine(text: string): [string, FieldMeasures][] {
  try {
    const { images, ...measures } = lineSchema.parse(JSON.parse(text));
    return [[images, measures]];
  } catch {
    return [];
  }
}
