/** Info on a model folder: what it is, and its network layer by layer with what it costs. */
import { cpuProfile } from "../engine/graph/profile.ts";
import { describeNetwork } from "../engine/nn/describe.ts";
import { scoringMemory, trainingMemory } from "../engine/step/memory.ts";
import type { ModelConfig } from "../records/model.ts";
import { modelFolder, modelFolderState } from "../store/model-folder.ts";
import { recipeSchema } from "../training/recipe.ts";
import { countBy } from "./count-by.ts";
import type { Info, Json, NetworkDescription } from "./events.ts";
import { optimizerOf } from "./training-settings.ts";

/** What is worth knowing of a model folder. */
export async function modelInfo(path: string): Promise<Info> {
  const config = await modelFolder(path).readConfig();
  const { network, stains, classes, study, split, recipe, fieldSize, bitDepth } = config;
  const description = describe(config);
  return {
    kind: "model",
    path,
    facts: {
      state: await modelFolderState(path),
      network: `${network.fusion} ${network.backbone}, width ${network.width}`,
      parameters: description.parameters,
      stains: [...stains],
      classes: { ...classes },
      "trained on": study.name,
      "control wells": countBy(Object.values(split)),
      field: `${fieldSize.width} × ${fieldSize.height}, ${bitDepth} bits`,
      recipe: recipe as Json,
    },
    network: description,
  };
}

function describe(config: ModelConfig): NetworkDescription {
  const { network, stains, fieldSize } = config;
  const recipe = recipeSchema.safeParse(config.recipe);
  return {
    ...describeNetwork(network, fieldSize),
    stains,
    field: fieldSize,
    scoring: scoringMemory(network, { batch: 1, ...fieldSize }),
    step: recipe.success ? stepOf(config, recipe.data) : null,
  };
}

function stepOf(
  { network, normalization }: ModelConfig,
  recipe: ReturnType<typeof recipeSchema.parse>,
): NetworkDescription["step"] {
  const { batch, labelSmoothing, fields } = recipe;
  const options = { batch, height: fields.crop, width: fields.crop, labelSmoothing, normalization };
  const memory = trainingMemory(network, { ...options, optimizer: optimizerOf(recipe) }, cpuProfile);
  return { ...memory, batch, crop: fields.crop };
}
