/**
 * How the colours of a map read. They have to be those in which the overlays are painted, which the room `explain` knows and this one may
 * not ask.
 */
import type { ExplainMap } from "../records/explain.ts";
import { html, type Markup } from "./html.ts";
import { decimals } from "./numbers.ts";
import type { ClassNames } from "./treatments.ts";

/** The colour maps at even steps: from nothing to most, and from most negative to most positive. */
export const legendColours = {
  sequential: ["#00224e", "#575d6d", "#a59c74", "#fee838"],
  diverging: ["#0072b2", "#ffffff", "#d55e00"],
  positive: "#d55e00",
  negative: "#0072b2",
  unsure: "#009e73",
} as const;

/** The legend of a map: a strip of its colours with the values at the ends, or what each colour means. */
export function legend({ method, drawnTo }: ExplainMap, { negative, positive }: ClassNames): Markup | null {
  switch (method) {
    case "gradcam":
      return ends(legendColours.sequential, ["0", number(drawnTo)]);
    case "gradient":
    case "guided":
      return ends(legendColours.diverging, [number(-drawnTo), number(drawnTo)], "log-odds per sd of grey");
    case "windows":
    case "windows-exact":
      return ends(legendColours.diverging, [number(-drawnTo), number(drawnTo)], `log-odds, ${negative} to ${positive}`);
    case "coloured": {
      const words = { [positive]: "positive", [negative]: "negative", "cannot tell": "unsure" } as const;
      return html`<p class="maplegend">${Object.entries(words).map(
        ([name, key]) =>
          html`<span class="key"><i class="paint" style="background:${legendColours[key]}"></i>${name}</span> `,
      )}</p>`;
    }
  }
}

function ends(colours: readonly string[], [low, high]: readonly [string, string], unit = ""): Markup {
  return html`<p class="maplegend"><span class="key">${low} <i class="ramp" style="background:linear-gradient(90deg,${colours.join(",")})"></i> ${high}</span> ${unit}</p>`;
}

// Two digits that say something, whatever the size: maps of two methods differ by powers of ten.
function number(value: number): string {
  if (value === 0) return "0";
  const digits = Math.max(0, 1 - Math.floor(Math.log10(Math.abs(value))));
  return digits > 6 ? value.toExponential(1).replace("-", "−") : decimals(value, digits);
}
