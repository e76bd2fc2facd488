/** A page's links to its own sections. */
import { html, type Markup } from "./html.ts";

/** Links to the sections, read off their own headings, so that the two cannot part. */
export function contents(sections: readonly Markup[]): Markup {
  const links = sections.flatMap(({ markup }) => {
    const [, id, heading] = /^<section[^>]* id="([a-z]+)"><h2>([^<]+)<\/h2>/.exec(markup) ?? [];
    return id === undefined || heading === undefined
      ? []
      : [html`<li><a href="#${id}">${{ markup: heading }}</a></li>`];
  });
  return html`<nav aria-label="Sections"><ul>${links}</ul></nav>`;
}
