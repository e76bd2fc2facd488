/**
 * Python's pickles, read as data.
 *
 * A pickle is a program for a machine with a stack, and Python's own reader calls whatever function it names: that is how
 * a file of weights can take over a computer. This machine knows the operations that plain data needs, and for every name it asks
 * its caller, who answers with a function of ours or not at all. Nothing else can be called.
 *
 * The operations are those of protocols 2 to 4 in CPython's Lib/pickletools.py.
 */

import type { NumberTypeName, StoredTensor } from "./stored.ts";

/** What a pickle can hold: tuples and lists are arrays, dictionaries are maps. */
export type Pickled = null | boolean | number | string | Callable | Pickled[] | Map<Pickled, Pickled> | TorchObject;

/** The objects of PyTorch that a pickle of weights is made of. */
export type TorchObject =
  | { readonly kind: "storage type"; readonly type: NumberTypeName }
  | { readonly kind: "storage"; readonly type: NumberTypeName; readonly key: string; readonly count: number }
  | { readonly kind: "tensor"; readonly tensor: StoredTensor };

/** A function of ours that stands for one of Python's. */
export type Callable = (args: readonly Pickled[]) => Pickled;

/** What a pickle may name. */
export interface PickleNames {
  /** What `module.name` means here; undefined for what is not allowed. */
  global(name: string): Pickled | undefined;
  /** What stands outside of the pickle under this mark. */
  persistent(id: Pickled): Pickled;
  /** The error for a pickle that cannot be read. */
  refuse(found: string): Error;
}

/**
 * Reads one pickle.
 *
 * @param from where it begins in `bytes`
 * @returns what it holds, and where it ends
 * @throws what `names.refuse` makes: for an operation that plain data does not need, a name that is not allowed, a cut or garbled pickle
 */
export function readPickle(bytes: Uint8Array, names: PickleNames, from = 0): { value: Pickled; end: number } {
  const machine = openMachine(bytes, names, from);
  for (;;) {
    const at = machine.at();
    const code = machine.uint(1);
    if (code === stop) return { value: machine.pop(), end: machine.at() };
    const run = operations[code];
    if (!run) throw names.refuse(`the operation ${nameOf(code)} at byte ${at}, which weights do not need`);
    run(machine);
  }
}

const stop = 0x2e;

/** A stack, a memory, and a place in the bytes. */
function openMachine(bytes: Uint8Array, names: PickleNames, from: number) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const stack: Pickled[] = [];
  const marks: number[] = [];
  const memo = new Map<number, Pickled>();
  const garbled = () => names.refuse("a pickle that makes no sense");
  let at = from;
  const take = (length: number): number => {
    if (at + length > bytes.length) throw names.refuse("a pickle that is cut short");
    at += length;
    return at - length;
  };
  const text = (length: number): string => {
    const start = take(length);
    return new TextDecoder().decode(bytes.subarray(start, start + length));
  };
  const machine = {
    at: () => at,
    skip: (length: number) => void take(length),
    uint: (length: 1 | 2 | 4): number => {
      const start = take(length);
      if (length === 1) return view.getUint8(start);
      return length === 2 ? view.getUint16(start, true) : view.getUint32(start, true);
    },
    int32: () => view.getInt32(take(4), true),
    float64: () => view.getFloat64(take(8), false), // the one big-endian number of the format
    /** Two's complement, little-endian; beyond 2^53 a float near it, which is what the file's magic number needs. */
    long: (length: number): number => {
      const start = take(length);
      let value = 0n;
      for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[start + i]!);
      return Number(BigInt.asIntN(8 * length, value));
    },
    text,
    line: (): string => {
      const end = bytes.indexOf(0x0a, at);
      const line = text((end < 0 ? bytes.length : end) - at);
      take(1);
      return line;
    },
    push: (value: Pickled) => void stack.push(value),
    /** The topmost value; a mark shields what lies below it. */
    pop: (): Pickled => {
      if (stack.length <= (marks.at(-1) ?? 0)) throw garbled();
      return stack.pop()!;
    },
    top: (): Pickled => {
      const value = machine.pop();
      stack.push(value);
      return value;
    },
    mark: () => void marks.push(stack.length),
    /** All values since the last mark. */
    popToMark: (): Pickled[] => {
      const mark = marks.pop();
      if (mark === undefined) throw garbled();
      return stack.splice(mark);
    },
    keep: (index: number) => void memo.set(index, machine.top()),
    keepNext: () => void memo.set(memo.size, machine.top()),
    recall: (index: number) => {
      const value = memo.get(index);
      if (value === undefined) throw garbled();
      stack.push(value);
    },
    global: (module: Pickled, name: Pickled) => {
      if (typeof module !== "string" || typeof name !== "string") throw garbled();
      const value = names.global(`${module}.${name}`);
      if (value === undefined) throw names.refuse(`the name ${shown(`${module}.${name}`)}, which weights do not need`);
      stack.push(value);
    },
    persistent: () => machine.push(names.persistent(machine.pop())),
    call: () => {
      const args = machine.pop();
      const callable = machine.pop();
      if (typeof callable !== "function" || !Array.isArray(args)) throw garbled();
      stack.push(callable(args));
    },
    append: (values: readonly Pickled[]) => {
      const list = machine.top();
      if (!Array.isArray(list)) throw garbled();
      for (const value of values) list.push(value);
    },
    setItems: (values: readonly Pickled[]) => {
      const map = machine.top();
      if (!(map instanceof Map) || values.length % 2 !== 0) throw garbled();
      for (let i = 0; i < values.length; i += 2) map.set(values[i]!, values[i + 1]!);
    },
    /** Attributes of an object. Only dictionaries get here, and theirs (PyTorch's `_metadata`) say nothing of the weights. */
    dropState: () => {
      machine.pop();
      if (!(machine.top() instanceof Map)) throw garbled();
    },
  };
  return machine;
}

type Machine = ReturnType<typeof openMachine>;

const operations: Readonly<Record<number, (m: Machine) => void>> = {
  128: (m) => m.skip(1), // PROTO: which protocol
  149: (m) => m.skip(8), // FRAME: how long the next part is
  78: (m) => m.push(null), // NONE
  136: (m) => m.push(true), // NEWTRUE
  137: (m) => m.push(false), // NEWFALSE
  74: (m) => m.push(m.int32()), // BININT
  75: (m) => m.push(m.uint(1)), // BININT1
  77: (m) => m.push(m.uint(2)), // BININT2
  138: (m) => m.push(m.long(m.uint(1))), // LONG1
  71: (m) => m.push(m.float64()), // BINFLOAT
  88: (m) => m.push(m.text(m.uint(4))), // BINUNICODE
  140: (m) => m.push(m.text(m.uint(1))), // SHORT_BINUNICODE
  84: (m) => m.push(m.text(m.uint(4))), // BINSTRING, of Python 2
  85: (m) => m.push(m.text(m.uint(1))), // SHORT_BINSTRING, of Python 2
  125: (m) => m.push(new Map()), // EMPTY_DICT
  93: (m) => m.push([]), // EMPTY_LIST
  41: (m) => m.push([]), // EMPTY_TUPLE
  40: (m) => m.mark(), // MARK
  116: (m) => m.push(m.popToMark()), // TUPLE
  133: (m) => m.push([m.pop()]), // TUPLE1
  134: (m) => m.push([m.pop(), m.pop()].reverse()), // TUPLE2
  135: (m) => m.push([m.pop(), m.pop(), m.pop()].reverse()), // TUPLE3
  97: (m) => m.append([m.pop()]), // APPEND
  101: (m) => m.append(m.popToMark()), // APPENDS
  115: (m) => m.setItems([m.pop(), m.pop()].reverse()), // SETITEM
  117: (m) => m.setItems(m.popToMark()), // SETITEMS
  113: (m) => m.keep(m.uint(1)), // BINPUT
  114: (m) => m.keep(m.uint(4)), // LONG_BINPUT
  148: (m) => m.keepNext(), // MEMOIZE
  104: (m) => m.recall(m.uint(1)), // BINGET
  106: (m) => m.recall(m.uint(4)), // LONG_BINGET
  99: (m) => m.global(m.line(), m.line()), // GLOBAL
  147: (m) => {
    const name = m.pop(); // STACK_GLOBAL
    m.global(m.pop(), name);
  },
  81: (m) => m.persistent(), // BINPERSID
  82: (m) => m.call(), // REDUCE
  98: (m) => m.dropState(), // BUILD
};

/** The operations that make objects, whose names say more than a number does. */
const foreignNames: Readonly<Record<number, string>> = {
  73: "INT",
  80: "PERSID",
  105: "INST",
  111: "OBJ",
  129: "NEWOBJ",
  130: "EXT1",
  131: "EXT2",
  132: "EXT4",
  146: "NEWOBJ_EX",
};

function nameOf(code: number): string {
  const hexadecimal = `0x${code.toString(16).padStart(2, "0")}`;
  return code in foreignNames ? `${foreignNames[code]} (${hexadecimal})` : hexadecimal;
}

function shown(name: string): string {
  return JSON.stringify(name.length > 100 ? `${name.slice(0, 100)}…` : name);
}
