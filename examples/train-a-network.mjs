// Trains a small network on random images, of which one class has a bright spot: the engine without any microscope.
//
//     node examples/train-a-network.mjs
import {
  cpuDevice,
  exportGraph,
  initialWeights,
  learningRateAt,
  openRandom,
  Predictor,
  Trainer,
  trainingGraph,
} from "neuroscreen";

const network = { fusion: "stacked", backbone: "resnet10", width: 0.25, stains: 2, classes: 2 };
const [batch, side, steps] = [16, 32, 10];

// The whole step, loss, gradients and update, is one ONNX graph, lowered for the device that is to run it.
const device = cpuDevice();
const optimizer = { kind: "adamw", beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 };
const graph = trainingGraph(
  network,
  { batch, height: side, width: side, labelSmoothing: 0.1, optimizer },
  device.profile,
);
const trainer = await Trainer.open(graph, device, initialWeights(network, 1));

for (let step = 0; step < steps; step++) {
  const learningRate = learningRateAt({ kind: "cosine" }, { peak: 0.003, step, steps });
  const { loss } = await trainer.step(randomBatch(step), learningRate);
  console.log(`step ${step + 1} of ${steps}: loss ${loss.toFixed(3)}`);
}

// The trained network as a plain ONNX graph; `encodeOnnx` would make it a file.
const { weights } = trainer.snapshot();
const normalization = { offset: [0, 0], scale: [1, 1] };
const predictor = await Predictor.open(exportGraph(network, { weights, normalization, metadata: {} }), device);
const { image } = randomBatch(steps);
const { features } = await predictor.predict(image, { count: batch, height: side, width: side });
console.log(`${features.length / batch} features an image`);
await Promise.all([trainer.dispose(), predictor.dispose()]);

/** Noise [batch, 2, side, side]; every second image has a bright square in its first stain, and label 1. */
function randomBatch(seed) {
  const random = openRandom(seed, "images");
  const image = Float32Array.from({ length: batch * 2 * side * side }, () => random.normal());
  const label = Array.from({ length: batch }, (_, i) => i % 2);
  for (let i = 1; i < batch; i += 2) {
    const corner = i * 2 * side * side + random.below(side - 8) * side + random.below(side - 8);
    for (let y = 0; y < 8; y++) image.subarray(corner + y * side, corner + y * side + 8).fill(4);
  }
  return { image, label, weight: label.map(() => 1) };
}
