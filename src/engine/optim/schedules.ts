/** Learning rates over the length of a training, as PyTorch's schedulers give them. */
export type Schedule =
  | { readonly kind: "constant" }
  | { readonly kind: "cosine" }
  | {
      readonly kind: "one-cycle";
      /** The share of the steps in which the rate rises. */
      readonly riseShare: number;
      /** The rate begins at its peak divided by this … */
      readonly startDivisor: number;
      /** … and ends at its beginning divided by this. */
      readonly endDivisor: number;
    };

/**
 * The rate of step `step`, counted from 0, of `steps` in all.
 *
 * Cosine (Loshchilov & Hutter 2016, arXiv:1608.03983) falls from `peak` and would reach 0 at step `steps`.
 * One-cycle (Smith & Topin 2017, arXiv:1708.07120) rises to `peak` and falls to near 0 at the last step, both along
 * half a cosine, as torch.optim.lr_scheduler.OneCycleLR.
 */
export function learningRateAt(
  schedule: Schedule,
  { peak, step, steps }: { peak: number; step: number; steps: number },
): number {
  switch (schedule.kind) {
    case "constant":
      return peak;
    case "cosine":
      return (peak * (1 + Math.cos((Math.PI * step) / steps))) / 2;
    case "one-cycle": {
      const top = schedule.riseShare * steps - 1;
      const last = steps - 1;
      const start = peak / schedule.startDivisor;
      const end = start / schedule.endDivisor;
      return step <= top
        ? eased(start, peak, top > 0 ? step / top : 1)
        : eased(peak, end, last > top ? (step - top) / (last - top) : 1);
    }
  }
}

/** From `a` to `b` along half a cosine, as `share` goes from 0 to 1. */
function eased(a: number, b: number, share: number): number {
  return b + ((a - b) / 2) * (1 + Math.cos(Math.PI * share));
}
