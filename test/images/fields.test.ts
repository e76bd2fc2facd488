import { describe, expect, test } from "vitest";
import { groupFields, type NamedImage } from "../../src/images/fields.ts";
import { parseWell } from "../../src/plates/wells.ts";

const image = (well: string, site: number, channel: number, path = `${well}-${site}-${channel}.tif`): NamedImage => ({
  path,
  plate: "P",
  well: parseWell(well),
  site,
  channel,
  channelText: channel < 0 ? "TL" : String(channel),
});

describe("grouping to fields", () => {
  test("sorts fields by well and number, and their images by channel", () => {
    const images = [
      image("B2", 1, 1),
      image("A10", 10, 0),
      image("A10", 2, 1),
      image("A10", 10, 1),
      image("B2", 1, 0),
      image("A10", 2, 0),
    ];
    expect(groupFields(images, ["a", "b"])).toEqual({
      fields: [
        { plate: "P", well: "A10", site: 2, paths: ["A10-2-0.tif", "A10-2-1.tif"] },
        { plate: "P", well: "A10", site: 10, paths: ["A10-10-0.tif", "A10-10-1.tif"] },
        { plate: "P", well: "B02", site: 1, paths: ["B2-1-0.tif", "B2-1-1.tif"] },
      ],
      problems: [],
    });
  });

  test("leaves out fields with a channel too few or twice, and says so", () => {
    const images = [
      image("A1", 1, 0),
      image("A2", 1, 0),
      image("A2", 1, 1),
      image("A2", 1, 1, "copy.tif"),
      image("A3", 1, -1),
      image("A4", 1, -1),
    ];
    expect(groupFields(images, ["DNA", "MAP2"])).toEqual({
      fields: [],
      problems: [
        {
          code: "channel-unused",
          subject: "TL",
          message: '2 images are of the channel "TL", which no channel of the study matches',
        },
        { code: "channel-missing", subject: "P/A01/1", message: "left out: no image of MAP2" },
        {
          code: "image-doubled",
          subject: "P/A02/1",
          message: "left out: 2 images of one channel (A2-1-1.tif, copy.tif)",
        },
      ],
    });
  });
});
