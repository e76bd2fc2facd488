import { describe, expect, test } from "vitest";
import { legend, legendColours } from "../../src/report/explanation-legend.ts";
import { explanation } from "./explanations.ts";

const { study, fields } = explanation();
const shown = (method: string, drawnTo?: number) => {
  const map = fields[0]!.maps.find((own) => own.method === method)!;
  return legend(drawnTo === undefined ? map : { ...map, drawnTo }, study.classes)!
    .markup.replace(/<[^>]+>/g, "")
    .replace(/\s+/g, " ")
    .trim();
};

/** Relative luminance of `#rrggbb`, 0 to 1: what is left of a colour in a grey print. */
function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5].map((i) => {
    const share = Number.parseInt(colour.slice(i, i + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

describe("The legend of a map", () => {
  test("names both ends with two digits that say something, however small the values", () => {
    expect(shown("gradcam")).toBe("0 0.71");
    expect(shown("gradient")).toBe("−0.00023 0.00023 log-odds per sd of grey");
    expect(shown("gradcam", 1234.5)).toBe("0 1235");
    expect(shown("gradcam", 3.2e-9)).toBe("0 3.2e−9");
    expect(shown("gradcam", 0)).toBe("0 0");
    expect(shown("windows")).toBe("−5.1 5.1 log-odds, untreated to inhibited");
    expect(shown("coloured")).toBe("inhibited untreated cannot tell");
  });

  test("has colours that grow lighter all the way, so that a grey print keeps their order", () => {
    const greys = legendColours.sequential.map(luminance);
    expect([...greys].sort((a, b) => a - b)).toEqual(greys);
    expect(greys.at(-1)! - greys[0]!).toBeGreaterThan(0.6);
  });
});
