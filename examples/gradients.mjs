// Gradients of a graph of your own: least squares, written, differentiated and run as ONNX.
//
//     node examples/gradients.mjs
import { cpuDevice, floatTensor, openGraph, writeGradients } from "neuroscreen";

// loss = Σ (x w − y)², for four points [4, 2].
const g = openGraph();
const x = g.input("x", "float32", [4, 2]);
const y = g.input("y", "float32", [4, 1]);
const w = g.input("w", "float32", [2, 1]);
const miss = g.one("Sub", [g.one("MatMul", [x, w]), y]);
const loss = g.one("ReduceSum", [g.one("Mul", [miss, miss])], { axes: [0, 1], keepdims: false });

// One walk back from the loss puts the gradient's nodes into the same graph.
const device = cpuDevice();
const [dw] = writeGradients(g, { of: loss, by: [w], profile: device.profile });
const session = await device.open(g.finish("least squares", { loss, dw }));

const inputs = {
  x: floatTensor([4, 2], Float32Array.of(1, 0, 1, 1, 1, 2, 1, 3)),
  y: floatTensor([4, 1], Float32Array.of(1, 3, 5, 7)),
  w: floatTensor([2, 1]),
};
const outputs = { loss: floatTensor([]), dw: floatTensor([2, 1]) };
for (let step = 0; step <= 100; step++) {
  await session.run(inputs, outputs);
  if (step % 25 === 0) console.log(`step ${step}: loss ${outputs.loss.data[0].toFixed(4)}`);
  outputs.dw.data.forEach((slope, i) => {
    inputs.w.data[i] -= 0.03 * slope;
  });
}
const [intercept, slope] = inputs.w.data;
console.log(`y = ${intercept.toFixed(2)} + ${slope.toFixed(2)} x`);
await session.release();
