/**
 * PyTorch's `.pth`: the tensors that `torch.save` wrote, without running what is in the file.
 *
 * Since PyTorch 1.6 such a file is a zip archive: `data.pkl` says which tensor lies where in which storage, `data/0`, `data/1`, …
 * are the storages. Older ones, torchvision's VGG19 among them, are several pickles in a row and the storages behind them.
 * Both are read. (torch/serialization.py; BSD-3-Clause, nothing copied.)
 */
import { NeuroscreenError } from "../../base/errors.ts";
import { elementCount } from "../graph/graph.ts";
import { type Callable, type Pickled, type PickleNames, readPickle, type TorchObject } from "./pickle.ts";
import {
  type NumberTypeName,
  numberTypes,
  reach,
  readLayout,
  type StoredTensor,
  type StoredTensors,
} from "./stored.ts";
import { isZip, readZip } from "./zip.ts";

/**
 * Lists the tensors of a `.pth`: a state_dict, or one under `state_dict`, `model_state_dict` or `model` of a checkpoint.
 *
 * @param path names the file in errors
 * @throws {NeuroscreenError} `bad-pth` if it names anything but tensors and dictionaries, is damaged, or holds no state_dict;
 *   what lies in the storages is checked when a tensor is read
 */
export function decodePth(bytes: Uint8Array, path: string): StoredTensors {
  const refuse = (found: string) => refusal(path, found);
  return isZip(bytes) ? fromZip(bytes, refuse) : fromPickles(bytes, refuse);
}

type Refuse = (found: string) => NeuroscreenError;

/** The bytes of a storage, by its key; null where they are not as they were written. */
type Storages = (key: string) => Uint8Array | null;

function fromZip(bytes: Uint8Array, refuse: Refuse): StoredTensors {
  const entries = readZip(bytes);
  const pickleName = [...(entries?.keys() ?? [])].find((name) => /^([^/]*\/)?data\.pkl$/.test(name));
  if (!entries || pickleName === undefined)
    throw refuse("an archive that is damaged, or that torch.save did not write");
  const folder = pickleName.slice(0, -"data.pkl".length);
  const order = entries.get(`${folder}byteorder`)?.read();
  if (order && new TextDecoder().decode(order) !== "little") throw refuse("numbers in big-endian order");
  const pickle = entries.get(pickleName)?.read();
  if (!pickle) throw refuse("a damaged data.pkl");
  const storages = (key: string) => entries.get(`${folder}data/${key}`)?.read() ?? null;
  const lengthOf = (key: string) => entries.get(`${folder}data/${key}`)?.length;
  const { value } = readPickle(pickle, torchNames({ storages, lengthOf, size: pickle.length, refuse }));
  return stateDict(value, refuse);
}

/** What the first pickle of an older file holds, as near as a float comes to it. */
const magicNumber = Number(0x1950a86a20f9469cfc6cn);

function fromPickles(bytes: Uint8Array, refuse: Refuse): StoredTensors {
  const found = new Map<string, Uint8Array>();
  const declared = new Map<string, { type: NumberTypeName; count: number }>();
  const names = torchNames({
    storages: (key) => found.get(key) ?? null,
    declare: (key, storage) => {
      const earlier = declared.get(key);
      // Told apart by the pickle, the same bytes would be read as more than they are.
      if (earlier && (earlier.type !== storage.type || earlier.count !== storage.count))
        throw refuse(`a storage (${key}) of two sizes`);
      declared.set(key, storage);
    },
    size: bytes.length,
    refuse,
  });
  const magic = readPickle(bytes, names);
  if (magic.value !== magicNumber) throw refuse("a pickle that torch.save did not write");
  const version = readPickle(bytes, names, magic.end);
  const system = readPickle(bytes, names, version.end);
  if (system.value instanceof Map && system.value.get("little_endian") === false)
    throw refuse("numbers in big-endian order");
  const { value, end } = readPickle(bytes, names, system.end);
  const keys = readPickle(bytes, names, end);
  // Each storage: how many numbers, in 8 bytes, and the numbers.
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = keys.end;
  for (const key of Array.isArray(keys.value) ? keys.value : []) {
    const storage = typeof key === "string" ? declared.get(key) : undefined;
    if (typeof key !== "string" || !storage) throw refuse("a storage that no tensor uses");
    const { type, count } = storage;
    const stop = at + 8 + count * numberTypes[type].bytes;
    if (stop > bytes.length) throw refuse("a file that is cut short");
    if (view.getBigUint64(at, true) !== BigInt(count)) throw refuse(`a storage that is not ${count} numbers long`);
    found.set(key, bytes.subarray(at + 8, stop));
    at = stop;
  }
  if (found.size < declared.size) throw refuse("a tensor whose numbers are not in the file");
  return stateDict(value, refuse);
}

interface TorchFile {
  readonly storages: Storages;
  /** How many bytes a storage has, where that is known before the pickle is read. */
  readonly lengthOf?: (key: string) => number | undefined;
  /** Is told of each storage that the pickle names. */
  readonly declare?: (key: string, storage: { type: NumberTypeName; count: number }) => void;
  /** How long the pickle is, in bytes. */
  readonly size: number;
  readonly refuse: Refuse;
}

/** What a pickle of weights may name: dictionaries, tensors, parameters, storages. */
function torchNames({ storages, lengthOf, declare, size, refuse }: TorchFile): PickleNames {
  const rebuildTensor: Callable = ([storage, offset, shape, strides]) => {
    if (!isTorch(storage, "storage") || !isLength(offset) || !areLengths(shape) || !areLengths(strides))
      throw refuse("a tensor that makes no sense");
    const layout = { shape, offset, strides };
    // No honest tensor has more numbers than its storage: one that repeats them could fill any memory.
    if (shape.length !== strides.length || reach(layout) > storage.count || elementCount(shape) > storage.count)
      throw refuse(`a tensor of shape [${shape}] in a storage of ${storage.count} numbers`);
    const read = () => {
      const bytes = storages(storage.key);
      if (!bytes) throw refuse(`damaged numbers (storage ${storage.key})`);
      return readLayout(bytes, storage.type, layout);
    };
    return { kind: "tensor", tensor: { shape, read } };
  };
  const parameter: Callable = ([tensor]) => tensor ?? null;
  let pairsLeft = size;
  const orderedDict: Callable = ([pairs]) => {
    if (pairs === undefined) return new Map();
    // A list that is used again and again would fill any memory too.
    if (Array.isArray(pairs)) pairsLeft -= pairs.length;
    if (!Array.isArray(pairs) || pairsLeft < 0 || !pairs.every((pair) => Array.isArray(pair)))
      throw refuse("an OrderedDict that makes no sense");
    return new Map(pairs.map((pair) => [pair[0] ?? null, pair[1] ?? null]));
  };
  const allowed = new Map<string, Pickled>([
    ["collections.OrderedDict", orderedDict],
    ["torch._utils._rebuild_tensor", rebuildTensor],
    ["torch._utils._rebuild_tensor_v2", rebuildTensor],
    ["torch._utils._rebuild_parameter", parameter],
    ["torch.nn.parameter.Parameter", parameter],
  ]);
  for (const [name, type] of Object.entries(storageTypes)) {
    for (const place of ["torch", "torch.cuda"]) allowed.set(`${place}.${name}`, { kind: "storage type", type });
  }
  return {
    global: (name) => allowed.get(name),
    persistent(id) {
      const [tag, storage, key, , count, part] = Array.isArray(id) ? id : [];
      if (tag !== "storage" || !isTorch(storage, "storage type") || typeof key !== "string" || !isLength(count))
        throw refuse("a storage that makes no sense");
      if (part !== undefined && part !== null) throw refuse("a storage that is a part of another");
      const { type } = storage;
      const length = lengthOf ? lengthOf(key) : count * numberTypes[type].bytes;
      if (length === undefined) throw refuse(`a tensor whose numbers (storage ${key}) are not in the file`);
      if (length < count * numberTypes[type].bytes)
        throw refuse(`${length} bytes for the ${count} numbers of storage ${key}`);
      declare?.(key, { type, count });
      return { kind: "storage", type, key, count };
    },
    refuse,
  };
}

/** PyTorch's names of the rows of numbers. */
const storageTypes: Readonly<Record<string, NumberTypeName>> = {
  DoubleStorage: "F64",
  FloatStorage: "F32",
  HalfStorage: "F16",
  BFloat16Storage: "BF16",
  LongStorage: "I64",
  IntStorage: "I32",
  ShortStorage: "I16",
  CharStorage: "I8",
  ByteStorage: "U8",
  BoolStorage: "BOOL",
};

/** Where checkpoints keep their state_dict. */
const wrappers = ["state_dict", "model_state_dict", "model"];

function stateDict(value: Pickled, refuse: Refuse): StoredTensors {
  if (!(value instanceof Map)) throw refuse("no dictionary");
  for (const dictionary of [value, ...wrappers.map((key) => value.get(key))]) {
    const tensors = dictionary instanceof Map ? tensorsOf(dictionary) : new Map();
    if (tensors.size > 0) return tensors;
  }
  const keys = [...value.keys()].filter((key) => typeof key === "string").slice(0, 5);
  throw refuse(keys.length > 0 ? `no tensors, but ${keys.join(", ").slice(0, 200)}` : "an empty dictionary");
}

function tensorsOf(dictionary: ReadonlyMap<Pickled, Pickled>): Map<string, StoredTensor> {
  const tensors = new Map<string, StoredTensor>();
  for (const [name, value] of dictionary) {
    if (typeof name === "string" && isTorch(value, "tensor")) tensors.set(name, value.tensor);
  }
  return tensors;
}

function isTorch<K extends TorchObject["kind"]>(
  value: Pickled | undefined,
  kind: K,
): value is Extract<TorchObject, { kind: K }> {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === kind;
}

function isLength(value: Pickled | undefined): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

/** More axes than a weight has make a shape costly to look at. */
const mostAxes = 8;

function areLengths(value: Pickled | undefined): value is number[] {
  return Array.isArray(value) && value.length <= mostAxes && value.every(isLength);
}

function refusal(path: string, found: string): NeuroscreenError {
  return new NeuroscreenError({
    code: "bad-pth",
    what: `Reading the weights in ${path}`,
    found,
    expected: "a state_dict as torch.save writes it",
    remedy:
      'Nothing in the file was run. Copy it again if it may be damaged; else write the weights alone, in Python, with torch.save(model.state_dict(), "weights.pth") or as safetensors.',
  });
}
