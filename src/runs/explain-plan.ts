/** What an explanation will cost, said before it begins. */
import { trunksOf } from "../engine/nn/networks.ts";
import type { ExplainMethod } from "../records/explain.ts";
import type { ChecksPlan } from "./explain-checks.ts";
import type { FieldToExplain } from "./explain-fields.ts";
import { sharesMaps } from "./explain-record.ts";
import type { ExplainSettings } from "./explain-settings.ts";
import type { FieldToWeigh } from "./explain-stains.ts";
import type { OpenStudy } from "./index-study.ts";
import type { Model } from "./screen-models.ts";
import { formatBytes } from "./simulated-folder.ts";

/** Bytes of a painted field as PNG, a pixel: photographs of cells are mostly noise. */
const bytesOfPixel = 2;

const checkedNames = { trained: "this one", random: "random weights", permuted: "taught shuffled labels" };

/** How many fields, maps and bytes, and how often the networks run over a field. */
export function plannedWords(
  models: readonly Model[],
  { index: { width, height } }: OpenStudy,
  {
    toExplain,
    toWeigh,
    settings: { methods, stains, checks },
    checking,
  }: {
    readonly toExplain: readonly FieldToExplain[];
    readonly toWeigh: readonly FieldToWeigh[];
    readonly settings: ExplainSettings;
    readonly checking: ChecksPlan | null;
  },
): string {
  const mapsOf = ({ field: { model } }: FieldToExplain) =>
    methods.reduce((sum, method) => sum + mapCount(method, models[model]!), 0);
  const maps = toExplain.reduce((sum, field) => sum + mapsOf(field), 0);
  const weighed = stains === "none" ? 0 : toExplain.length + toWeigh.length;
  const isShared = models.some(sharesMaps);
  const ways = 2 ** models[0]!.config.stains.length;
  const weighing =
    weighed === 0
      ? ""
      : `; weighing the stains of ${weighed} fields${isShared ? `, ${2 * (ways - 2)} passes each, since its stains share their layers` : ""}`;
  const checked =
    checking === null
      ? ""
      : `; ${checks.join(", ")} of the maps of ${checking.fields.length} fields, by ${checking.networks.length === 1 ? "this network" : `${checking.networks.length} networks (${checking.networks.map(({ network }) => checkedNames[network]).join(", ")})`}`;
  return `explaining ${toExplain.length} fields: ${maps} maps, about ${formatBytes(maps * width * height * bytesOfPixel)}${weighing}${checked}`;
}

function mapCount(method: ExplainMethod, { config }: Model): number {
  switch (method) {
    case "gradcam":
      // Two classes at two stages of each trunk; of VGG too.
      return 4 * trunksOf(config.network).length;
    case "gradient":
    case "guided":
      return config.stains.length;
    case "windows":
    case "windows-exact":
    case "coloured":
      return 1;
  }
}
