/**
 * ONNX Runtime 1.30 reports what models it runs to its maker unless it is told not to, before it loads. Ours are other
 * people's experiments: nothing leaves the machine. Whoever wants otherwise sets the variable to 0 themselves.
 *
 * Only in the main thread does this reach the native library; a thread of our own inherits it from there.
 */
process.env.ORT_DISABLE_TELEMETRY ??= "1";
