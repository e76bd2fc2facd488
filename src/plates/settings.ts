/**
 * YAML that people write, checked by a schema, with every mistake at its line and column.
 *
 * The schema says what is right; this file says it to people. The parser keeps where each value stands, so the
 * path of a schema issue leads back to a place in the text.
 */
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from "yaml";
import { z } from "zod";
import { NeuroscreenError, nearest } from "../base/errors.ts";

interface SettingsOptions<Schema extends z.ZodType> {
  readonly schema: Schema;
  /** The act, with the file's name, for the error. */
  readonly what: string;
  /** The error's code. */
  readonly code: string;
}

/**
 * Reads YAML as the schema wants it.
 *
 * @throws {NeuroscreenError} with a line for each mistake: where it is, what is wrong, the nearest key or word that would be right
 */
export function parseSettings<Schema extends z.ZodType>(
  source: string,
  options: SettingsOptions<Schema>,
): z.output<Schema> {
  const counter = new LineCounter();
  const document = parseDocument(source, { lineCounter: counter, prettyErrors: false });
  const at = (offset: number) => {
    const { line, col } = counter.linePos(offset);
    return `line ${line}, column ${col}`;
  };
  if (document.errors.length > 0) {
    const mistakes = document.errors.map(({ pos, message }) => `${at(pos[0])}: ${shortened(message, 160)}`);
    throw refuse(mistakes, options, document.errors[0]);
  }
  const value: unknown = document.toJS();
  const result = options.schema.safeParse(value);
  if (result.success) return result.data;
  const placed = mistakesIn(value, options.schema, result.error).map(({ path, key, text }) => ({
    offset: key === undefined ? offsetOf(document, path) : offsetOfKey(document, path, key),
    text,
  }));
  placed.sort((a, b) => a.offset - b.offset);
  throw refuse(
    placed.map(({ offset, text }) => `${at(offset)}: ${text}`),
    options,
    result.error,
  );
}

/** Checks settings that come from no file, in the same words as {@link parseSettings}. @throws {NeuroscreenError} likewise */
export function checkSettings<Schema extends z.ZodType>(
  value: unknown,
  options: SettingsOptions<Schema>,
): z.output<Schema> {
  const result = options.schema.safeParse(value);
  if (result.success) return result.data;
  const mistakes = mistakesIn(value, options.schema, result.error).map(({ text }) => text);
  throw refuse(mistakes, options, result.error);
}

function refuse(
  mistakes: readonly string[],
  { schema, what, code }: SettingsOptions<z.ZodType>,
  cause: unknown,
): NeuroscreenError {
  return new NeuroscreenError({
    code,
    what,
    found: mistakes.length === 1 ? mistakes[0]! : `${mistakes.length} mistakes:\n  ${mistakes.join("\n  ")}`,
    expected: "the keys and values of its schema",
    remedy: `Keys: ${keysOf(jsonSchema(schema), []).join(", ")}.`,
    cause,
  });
}

interface Mistake {
  readonly path: readonly PropertyKey[];
  /** The unknown key of the group at `path`, where that is the mistake. */
  readonly key?: string;
  readonly text: string;
}

function mistakesIn(value: unknown, schema: z.ZodType, { issues }: z.ZodError): Mistake[] {
  return issues.flatMap((issue): Mistake[] => {
    const { path } = issue;
    if (issue.code !== "unrecognized_keys") return [{ path, text: describe(issue, valueAt(value, path)) }];
    return issue.keys.map((key) => {
      const near = nearest(key, keysOf(jsonSchema(schema), path));
      const hint = near === undefined ? "" : ` (did you mean \`${near}\`?)`;
      return { path, key, text: `unknown key \`${key}\`${hint}` };
    });
  });
}

/** Where the value at `path` starts, or else the nearest thing around it that the text has. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length--) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return document.contents?.range?.[0] ?? 0;
}

function offsetOfKey(document: Document, path: readonly PropertyKey[], key: string): number {
  const node: unknown = path.length === 0 ? document.contents : document.getIn(path, true);
  const pair = isMap(node)
    ? node.items.find((item) => isScalar(item.key) && String(item.key.value) === key)
    : undefined;
  return (isNode(pair?.key) ? pair.key.range?.[0] : undefined) ?? offsetOf(document, path);
}

function describe(issue: z.core.$ZodIssue, found: unknown): string {
  const name = issue.path.length === 0 ? "the file" : `\`${formatPath(issue.path)}\``;
  const met = shortened(JSON.stringify(found));
  if (issue.code === "custom" || issue.code === "invalid_format") return `${name}: ${issue.message}`;
  if (found === undefined) return `${name} is missing`;
  if (found === null || found === "" || (Array.isArray(found) && found.length === 0)) return `${name} is empty`;
  switch (issue.code) {
    case "invalid_type":
      return issue.expected === "string" && typeof found !== "object"
        ? `${name} should be text: put ${met} in quotes`
        : `${name} should be ${kinds[issue.expected] ?? issue.expected}, not ${met}`;
    case "invalid_value": {
      const near = nearest(String(found), issue.values.map(String));
      const hint = near === undefined ? "" : ` (did you mean \`${near}\`?)`;
      return `${name} should be ${issue.values.join(" or ")}, not ${met}${hint}`;
    }
    case "too_small":
      return `${name} should be ${issue.inclusive ? "at least" : "more than"} ${issue.minimum}, not ${met}`;
    case "too_big":
      return `${name} should be ${issue.inclusive ? "at most" : "less than"} ${issue.maximum}, not ${met}`;
    case "invalid_union":
      return issue.inclusive === false || issue.options === undefined
        ? `${name}: ${issue.message}`
        : `${name} should be ${issue.options.map(String).join(" or ")}, not ${met}`;
    default:
      return `${name}: ${issue.message}`;
  }
}

// A picture given in place of a study file is one very long text.
function shortened(text: string | undefined, most = 80): string {
  return text === undefined || text.length <= most ? `${text}` : `${text.slice(0, most)}…`;
}

const kinds: Readonly<Record<string, string>> = {
  array: "a list",
  object: "a group of keys and values",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
};

/** `channels[1].match` */
function formatPath(path: readonly PropertyKey[]): string {
  return path
    .map((key, index) => (typeof key === "number" ? `[${key}]` : index === 0 ? String(key) : `.${String(key)}`))
    .join("");
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root;
  for (const key of path) value = isRecord(value) ? value[String(key)] : undefined;
  return value;
}

function jsonSchema(schema: z.ZodType): unknown {
  return z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
}

/** The keys that a JSON Schema knows at `path`; where it offers alternatives, those of all of them. */
function keysOf(schema: unknown, path: readonly PropertyKey[]): string[] {
  if (!isRecord(schema)) return [];
  for (const alternatives of [schema.anyOf, schema.oneOf]) {
    if (Array.isArray(alternatives)) return alternatives.flatMap((alternative) => keysOf(alternative, path));
  }
  const [first, ...rest] = path;
  if (first === undefined) return isRecord(schema.properties) ? Object.keys(schema.properties) : [];
  if (typeof first === "number") return keysOf(schema.items, rest);
  return isRecord(schema.properties) ? keysOf(schema.properties[String(first)], rest) : [];
}

/** Whether a value has keys: lists do too, `0`, `1`, …. */
function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
