/**
 * One field of a simulated screen, from its conditions to files.
 */
import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import { type FieldFacts, type FieldRequest, stains } from "../simulate/conditions.ts";
import { type Defect, doubledName, spoilConditions, truncated } from "../simulate/defects.ts";
import { simulateField } from "../simulate/field.ts";
import { imageName, maskName, maskNames } from "../simulate/study-files.ts";
import { writing } from "../store/files.ts";
import { encodeTiff } from "../store/tiff-writer.ts";

/** A field to draw, and where to. */
export interface FieldJob {
  readonly request: FieldRequest;
  /** What goes wrong with it; null for nothing. */
  readonly defect: Pick<Defect, "kind" | "stain"> | null;
  /** The folder of the plate's images; it must be there. */
  readonly images: string;
  /** The folder of its masks; null for none. */
  readonly masks: string | null;
}

/**
 * Draws a field and writes its images, and its masks if there is a folder for them. The files are on the disk when it returns.
 *
 * @throws {NeuroscreenError} `cannot-write`
 */
export async function drawField({ request, defect, images, masks }: FieldJob): Promise<FieldFacts> {
  const conditions = defect === null ? request.conditions : spoilConditions(request.conditions, defect);
  const field = simulateField({ ...request, conditions, masks: masks !== null });
  const encode = (pixels: Uint16Array | Uint8Array) =>
    encodeTiff({
      width: request.size,
      height: request.size,
      pixels,
      pixelSizeMicrometres: request.pixelSizeMicrometres,
    });
  const files = stains.flatMap((_, stain) => {
    const name = imageName(request, stain);
    const bytes = encode(field.images[stain]!);
    return filesOf(name, bytes, defect?.stain === stain ? defect.kind : null);
  });
  for (const { name, bytes } of files) await writeSynced(join(images, name), bytes);
  if (masks !== null && field.masks !== undefined)
    for (const mask of maskNames) await writeSynced(join(masks, maskName(request, mask)), encode(field.masks[mask]));
  return field.facts;
}

function filesOf(name: string, bytes: Uint8Array, defect: Defect["kind"] | null) {
  if (defect === "missing") return [];
  if (defect === "truncated") return [{ name, bytes: truncated(bytes) }];
  const whole = { name, bytes };
  return defect === "doubled" ? [whole, { name: doubledName(name), bytes }] : [whole];
}

async function writeSynced(path: string, bytes: Uint8Array): Promise<void> {
  await writing(path, async () => {
    const file: FileHandle = await open(path, "w");
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
  });
}
