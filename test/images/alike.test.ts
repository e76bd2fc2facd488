import { describe, expect, test } from "vitest";
import { NeuroscreenError } from "../../src/base/errors.ts";
import { type ImageShape, imageProblem, isFieldError, leaveOutUnlike, type Seen } from "../../src/images/alike.ts";
import type { Field } from "../../src/images/fields.ts";

const field = (well: string, paths = [`${well}-1.tif`, `${well}-2.tif`]): Field => ({
  plate: "P",
  well,
  site: 1,
  paths,
});
const shape = (width: number, bitDepth: 8 | 16 = 16): ImageShape => ({ width, height: 8, bitDepth });

describe("fields that are not like the others", () => {
  const fields = ["A01", "A02", "A03", "A04"].map((well) => field(well));
  const seen = new Map<string, Seen>([
    ["A01-1.tif", { shape: shape(8) }],
    ["A01-2.tif", { shape: shape(8) }],
    ["A02-1.tif", { shape: shape(9) }],
    ["A02-2.tif", { shape: shape(8) }],
    ["A03-2.tif", { code: "bad-image", problem: "A03-2.tif: expected a whole file, found half of one" }],
  ]);

  test("are left out by name, and one of which nothing is known stays", () => {
    const { fields: kept, problems, ...most } = leaveOutUnlike(fields, (path) => seen.get(path));
    expect(kept.map(({ well }) => well)).toEqual(["A01", "A04"]);
    expect(problems).toEqual([
      {
        code: "image-odd",
        subject: "P/A02/1",
        message: "left out: A02-1.tif is 9 × 8, 16 bits, most images are 8 × 8, 16 bits",
      },
      {
        code: "bad-image",
        subject: "P/A03/1",
        message: "left out: A03-2.tif: expected a whole file, found half of one",
      },
    ]);
    // Nothing else that is known of a file becomes part of the shape.
    const facts = { ...shape(8), path: "A01-1.tif", pixelSizeMicrometres: 0.3 };
    expect(leaveOutUnlike(fields, () => ({ shape: facts })).shape).toEqual(shape(8));
    expect(most).toEqual({ shape: shape(8), nOfShape: 3, nKnown: 4 });
  });

  test("depth counts like size, and of equally common kinds the first is the one", () => {
    const depths = (path: string): Seen => ({ shape: shape(8, path.startsWith("A01") ? 8 : 16) });
    const result = leaveOutUnlike(fields.slice(0, 2), depths);
    expect([result.shape, result.fields.map(({ well }) => well)]).toEqual([shape(8, 8), ["A01"]]);
    expect(leaveOutUnlike(fields, () => undefined)).toMatchObject({ fields, shape: undefined, nKnown: 0 });
  });
});

test("an image that cannot be used is named as the study names it, on any system", () => {
  const error = new NeuroscreenError({
    ...{ code: "bad-image", what: "Reading the image D:\\share\\w2\\a.tif", found: "half a file", file: "../w2/a.tif" },
    ...{ expected: "a whole one", remedy: "Copy it again." },
  });
  expect(imageProblem(field("A01", ["../w1/a.tif", "../w2/a.tif"]), error)).toEqual({
    code: "bad-image",
    path: "../w2/a.tif",
    problem: "../w2/a.tif: expected a whole one, found half a file",
  });
  expect([isFieldError(error), isFieldError(new Error("a bug"))]).toEqual([true, false]);
});
