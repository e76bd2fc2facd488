/**
 * YAML that people write, checked by a schema, with every mistake at its line and column.
 *
 * The schema says what is right; this file says it to people. The parser keeps where each value stands, so the
 * path of a schema issue leads back to a place in the text.
 */
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from "yaml";
import { z } from "zod";
import { NeuroscreenError, nearest } from "../base/errors.ts";

/**
 * Reads YAML as the schema wants it.
 *
 * @param options.what the act, with the file's name, for the error
 * @param options.code the error's code
 * @throws {NeuroscreenError} with a line for each mistake: where it is, what is wrong, the nearest key or word that would be right
 */
export function parseSettings<Schema extends z.ZodType>(
  source: string,
  { schema, what, code }: { readonly schema: Schema; readonly what: string; readonly code: string },
): z.output<Schema> {
  const counter = new LineCounter();
  const document = parseDocument(source, { lineCounter: counter, prettyErrors: false });
  const at = (offset: number) => {
    const { line, col } = counter.linePos(offset);
    return `line ${line}, column ${col}`;
  };
  const refuse = (mistakes: readonly string[], cause: unknown) =>
    new NeuroscreenError({
      code,
      what,
      found: mistakes.length === 1 ? mistakes[0]! : `${mistakes.length} mistakes:\n  ${mistakes.join("\n  ")}`,
      expected: "the keys and values of its schema",
      remedy: `Keys: ${keysOf(jsonSchema(schema), []).join(", ")}.`,
      cause,
    });
  if (document.errors.length > 0) {
    const mistakes = document.errors.map(({ pos, message }) => `${at(pos[0])}: ${message}`);
    throw refuse(mistakes, document.errors[0]);
  }
  const value: unknown = document.toJS();
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const mistakes = result.error.issues.flatMap((issue) => {
    if (issue.code !== "unrecognized_keys") {
      return [{ offset: offsetOf(document, issue.path), text: describe(issue, valueAt(value, issue.path)) }];
    }
    return issue.keys.map((key) => {
      const near = nearest(key, keysOf(jsonSchema(schema), issue.path));
      const hint = near === undefined ? "" : ` (did you mean \`${near}\`?)`;
      return { offset: offsetOfKey(document, issue.path, key), text: `unknown key \`${key}\`${hint}` };
    });
  });
  mistakes.sort((a, b) => a.offset - b.offset);
  throw refuse(
    mistakes.map(({ offset, text }) => `${at(offset)}: ${text}`),
    result.error,
  );
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
  const met = JSON.stringify(found);
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
