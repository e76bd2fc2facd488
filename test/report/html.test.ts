import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { escapeHtml, html } from "../../src/report/html.ts";

describe("The html template", () => {
  test("escapes text, sets markup as it is, strings lists together and leaves nothing for null", () => {
    const items = ["<b>", 2, null, html`<i>${"&"}</i>`];
    expect(html`<p title="${'"'}">${items}</p>`.markup).toBe('<p title="&quot;">&lt;b&gt;2<i>&amp;</i></p>');
  });

  test("lets no text open a tag, close an attribute or begin an entity", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("<", ">", "&", '"', "'", "a", ";") }), (text) => {
        const escaped = escapeHtml(text);
        expect(escaped).not.toMatch(/[<>"']/);
        const back = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'", "&amp;": "&" } as Readonly<
          Record<string, string>
        >;
        expect(escaped.replace(/&[^;]*;/g, (entity) => back[entity]!)).toBe(text);
      }),
    );
  });
});
