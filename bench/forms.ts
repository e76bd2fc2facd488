/**
 * The forms of a convolution's gradients by shape, timed one by one: `npm run bench -- forms [BATCH]`. What the device's
 * profile chooses is marked with *.
 */
import { writeGradients } from "../src/engine/grad/gradients.ts";
import { openGraph } from "../src/engine/graph/builder.ts";
import { floatTensor } from "../src/engine/graph/graph.ts";
import type { ConvShape, DeviceProfile } from "../src/engine/graph/profile.ts";
import { cpuDevice } from "../src/engine/runtime/node.ts";
import { median } from "./plate.ts";

const batch = Number(process.argv[2] ?? 8);
const runs = 9;
const cpu = cpuDevice();
/** In, out, side of the image, kernel, stride. */
const shapes = [
  [1, 64, 256, 7, 2],
  [4, 64, 256, 7, 2],
  [64, 64, 64, 3, 1],
  [64, 128, 64, 3, 2],
  [128, 128, 32, 3, 1],
  [256, 256, 16, 3, 1],
  [512, 512, 8, 3, 1],
] as const;

for (const [channels, out, side, kernel, stride] of shapes) {
  console.log(`${channels} → ${out}, ${side}², ${kernel} × ${kernel}, stride ${stride}, batch ${batch}`);
  const timed = (profile: DeviceProfile, by: "image" | "weight") =>
    timeGradient(profile, by, { channels, out, side, kernel, stride });
  const forms = {
    inputGradient: stride === 1 ? ["flipped", "transposed"] : ["transposed"],
    weightGradient: ["shifted", "swapped"],
  } as const;
  for (const key of ["inputGradient", "weightGradient"] as const) {
    for (const form of forms[key]) {
      let isChosen = false;
      const choose = (shape: ConvShape) => {
        isChosen = cpu.profile[key](shape) === form;
        return form;
      };
      const profile = { ...cpu.profile, [key]: choose };
      const milliseconds = await timed(profile, key === "inputGradient" ? "image" : "weight");
      console.log(`  ${key} ${form.padEnd(10)} ${milliseconds.toFixed(1).padStart(7)} ms${isChosen ? " *" : ""}`);
    }
  }
}

async function timeGradient(
  profile: DeviceProfile,
  by: "image" | "weight",
  {
    channels,
    out,
    side,
    kernel,
    stride,
  }: { channels: number; out: number; side: number; kernel: number; stride: number },
): Promise<number> {
  const g = openGraph();
  const pad = (kernel - 1) / 2;
  const image = g.input("image", "float32", [batch, channels, side, side]);
  const weight = g.input("weight", "float32", [out, channels, kernel, kernel]);
  const y = g.one("Conv", [image, weight], {
    strides: [stride, stride],
    pads: [pad, pad, pad, pad],
    dilations: [1, 1],
    group: 1,
  });
  const seed = g.input("seed", "float32", y.shape);
  const [gradient] = writeGradients(g, { of: y, by: [by === "image" ? image : weight], profile, seed });
  const graph = g.finish("gradient", { gradient: gradient! });
  const session = await cpu.open(graph);
  const inputs = Object.fromEntries(
    graph.inputs.map(({ name, shape }) => [name, floatTensor(shape as readonly number[])] as const),
  );
  const outputs = { gradient: floatTensor(graph.outputs[0]!.shape as readonly number[]) };
  const times: number[] = [];
  for (let i = 0; i < runs + 2; i++) {
    const begun = performance.now();
    await session.run(inputs, outputs);
    if (i >= 2) times.push(performance.now() - begun);
  }
  await session.release();
  return median(times);
}
