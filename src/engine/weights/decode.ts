/**
 * Files of weights, told apart by how they begin, not by their names.
 */
import { NeuroscreenError } from "../../base/errors.ts";
import { decodePth } from "./pth.ts";
import { decodeSafetensors } from "./safetensors.ts";
import type { StoredTensors } from "./stored.ts";
import { isZip } from "./zip.ts";

/**
 * Lists the tensors of a `.pth` or `.safetensors`.
 *
 * @param path names the file in errors
 * @throws {NeuroscreenError} `bad-pth`, `bad-safetensors`, or `unknown-weights` if it is neither
 */
export function decodeWeights(bytes: Uint8Array, path: string): StoredTensors {
  // Eight bytes of length, then JSON. Asked first: a header of 640 bytes begins as a pickle does.
  if (bytes[8] === 0x7b) {
    const { tensors } = decodeSafetensors(bytes, path);
    return new Map([...tensors].map(([name, tensor]) => [name, { shape: tensor.shape, read: () => tensor }]));
  }
  if (isZip(bytes) || bytes[0] === 0x80) return decodePth(bytes, path);
  throw new NeuroscreenError({
    code: "unknown-weights",
    what: `Reading the weights in ${path}`,
    found: bytes.length === 0 ? "an empty file" : "a file that begins like neither",
    expected: "a .pth that torch.save wrote, or a .safetensors",
    remedy: 'Write the weights again, in Python: torch.save(model.state_dict(), "weights.pth").',
  });
}
