/**
 * Markup that cannot be broken by what it shows.
 *
 * `` html`<td>${name}</td>` `` escapes `name`, whatever it holds; only what came out of `html` itself passes as it is.
 */

/** A piece of HTML or SVG, safe to set into a page. */
export interface Markup {
  readonly markup: string;
}

/** What may stand in a template: text is escaped, null leaves nothing, lists are set one after the other. */
export type Part = string | number | Markup | null | readonly Part[];

/** A template tag for HTML and SVG, in element content and in double-quoted attributes. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return { markup: strings.map((text, i) => text + (i < parts.length ? render(parts[i]!) : "")).join("") };
}

/** Text with the five characters that mean something in HTML written as entities. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character]!);
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function render(part: Part): string {
  if (part === null) return "";
  if (typeof part === "number") return String(part);
  if (typeof part === "string") return escapeHtml(part);
  return "markup" in part ? part.markup : part.map(render).join("");
}
