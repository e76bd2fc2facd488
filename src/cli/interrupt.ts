/** The part of `process` that interrupts come through. */
interface Interruptible {
  on(event: "SIGINT", listener: () => void): unknown;
}

/**
 * Makes the first Ctrl-C a request to stop and the second one an end.
 *
 * @param exit ends the process at once with the given code
 * @returns a signal that aborts, with an `AbortError`, at the first Ctrl-C
 */
export function stopOnInterrupt(
  source: Interruptible,
  { tell, exit }: { tell: (text: string) => void; exit: (code: number) => void },
): AbortSignal {
  const controller = new AbortController();
  source.on("SIGINT", () => {
    if (controller.signal.aborted) return exit(130);
    tell("\nstopping at the next safe point; Ctrl-C again stops at once\n");
    controller.abort(new DOMException("stopped by Ctrl-C", "AbortError"));
  });
  return controller.signal;
}
