/** What every page of ours stands in: one file that needs no other, with no script and nothing loaded from elsewhere. */
import { escapeHtml, type Markup } from "./html.ts";
import { pageStyle } from "./page-style.ts";

/**
 * The whole HTML file. The same body gives the same bytes.
 *
 * @param style what the page needs beyond the style that all pages have
 */
export function renderPage(title: string, body: Markup, style = ""): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${pageStyle}${style}</style>
</head>
<body>
${body.markup}
</body>
</html>
`;
}
