/** ONNX Runtime in Node: the one place that knows it. */
import "./no-telemetry.ts";
import * as ort from "onnxruntime-node";
import { encodeOnnx } from "../graph/bytes.ts";
import type { Tensor } from "../graph/graph.ts";
import { cpuProfile } from "../graph/profile.ts";
import type { Device, Tensors } from "./device.ts";

/** What {@link cpuDevice} may be told. */
export interface CpuOptions {
  /** Threads of one run; ONNX Runtime takes one a core if left out. */
  readonly threads?: number;
  /** Where to write a profile of every run (a file name's beginning), for those who measure. */
  readonly profileTo?: string;
}

/** ONNX Runtime's CPU provider. The same inputs give the same bits, run after run. */
export function cpuDevice({ threads, profileTo }: CpuOptions = {}): Device {
  return {
    profile: cpuProfile,
    async open(graph) {
      const session = await ort.InferenceSession.create(encodeOnnx(graph), {
        executionProviders: ["cpu"],
        // Warnings speak of ONNX Runtime's own optimiser; errors are thrown anyway.
        logSeverityLevel: 3,
        // The pattern of one run is laid out anew as one block for the next ones, and the first run's memory is not given back:
        // twice the memory, at the same speed and with the same bits.
        enableMemPattern: false,
        ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
        ...(profileTo === undefined ? {} : { enableProfiling: true, profileFilePrefix: profileTo }),
      });
      return {
        async run(inputs, outputs) {
          await session.run(wrapped(inputs), wrapped(outputs));
        },
        async release() {
          if (profileTo !== undefined) session.endProfiling();
          await session.release();
        },
      };
    },
  };
}

// A step hands over the same few hundred tensors each time; their wrappers are made once.
export const onnxruntimeVersion = ort.env.versions.node ?? ort.env.versions.common;

const wrappers = new WeakMap<Tensor, ort.Tensor>();

function wrapped(tensors: Tensors): Record<string, ort.Tensor> {
  const result: Record<string, ort.Tensor> = {};
  for (const [name, tensor] of Object.entries(tensors)) {
    let wrapper = wrappers.get(tensor);
    if (!wrapper) {
      wrapper = new ort.Tensor(tensor.type, tensor.data, tensor.shape);
      wrappers.set(tensor, wrapper);
    }
    result[name] = wrapper;
  }
  return result;
}
