import { describe, expect, test } from "vitest";
import { describesExport, joinExports, readExport } from "../../src/images/guess-export.ts";

const channelsOf = (text: string) => [...readExport(text).channels];

describe("the description of an export", () => {
  test("is known by its file's name", () => {
    const names = ["P1/9987.HTD", "Images/Index.idx.xml", "Index.xml", "MeasurementDetail.mrf", "a.mes"];
    expect(names.filter(describesExport)).toEqual(names);
    expect(["notes.xml", "MyIndex.xml", "a.tif", "htd"].filter(describesExport)).toEqual([]);
  });

  test("of MetaXpress names the filters", () => {
    const text = '"Waves", TRUE\r\n"NWavelengths", 2\r\n"WaveName1", "DAPI"\r\n"WaveName2", "Texas Red"\r\n';
    expect(readExport(text)).toEqual({
      channels: new Map([
        [1, "DAPI"],
        [2, "Texas Red"],
      ]),
      pixelSizeMicrometres: null,
    });
  });

  test("of Harmony names them in each version's way, and says the pixel's size in metres", () => {
    const image = (id: number, name: string) =>
      `<Image><id>x</id><ChannelID>${id}</ChannelID><FlimID>1</FlimID><ChannelName>${name}</ChannelName><ImageResolutionX Unit="m">2.96688E-07</ImageResolutionX></Image>`;
    expect(readExport(image(1, "HOECHST 33342") + image(3, "Alexa 488"))).toEqual({
      channels: new Map([
        [1, "HOECHST 33342"],
        [3, "Alexa 488"],
      ]),
      pixelSizeMicrometres: 0.296688,
    });
    expect(channelsOf('<Entry ChannelID="2">\n  <ChannelName>Alexa 568</ChannelName>')).toEqual([[2, "Alexa 568"]]);
    expect(channelsOf("Quality: 1.0}, Channel: 4, ChannelName: 488 long, Version: Acapella")).toEqual([
      [4, "488 long"],
    ]);
    // An image that names no channel does not take the next one's name.
    expect(channelsOf(`<Image><ChannelID>1</ChannelID></Image>${image(2, "DAPI")}`)).toEqual([[2, "DAPI"]]);
  });

  test("of a CellVoyager names the lasers, and says the pixel's size in micrometres", () => {
    expect(channelsOf('<bts:Channel bts:Ch="1" bts:Target="405" bts:ObjectiveID="20200">')).toEqual([[1, "405 nm"]]);
    expect(
      readExport('<bts:MeasurementChannel bts:Ch="1" bts:HorizontalPixelDimension="0.325"').pixelSizeMicrometres,
    ).toBe(0.325);
  });

  test("says nothing where a pixel's size is none", () => {
    for (const text of ["0", "-1", "big", "1e9"])
      expect(readExport(`bts:HorizontalPixelDimension="${text}"`).pixelSizeMicrometres).toBeNull();
  });

  test("counts as far as several agree", () => {
    const facts = (name: string, pixelSizeMicrometres: number | null) => ({
      channels: new Map([
        [1, "DAPI"],
        [2, name],
      ]),
      pixelSizeMicrometres,
    });
    expect(joinExports([facts("FITC", 0.3), facts("Cy5", null)])).toEqual({
      ...{ channels: new Map([[1, "DAPI"]]), pixelSizeMicrometres: 0.3 },
    });
    expect(joinExports([facts("FITC", 0.3), facts("FITC", 0.6)]).pixelSizeMicrometres).toBeNull();
    expect(joinExports([])).toEqual({ channels: new Map(), pixelSizeMicrometres: null });
  });
});
