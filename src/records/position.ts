/**
 * Whether the place of a well on the plate gives its class away.
 */

/**
 * How often the class of held-out control wells follows from where they lie: each is guessed to have the role of the
 * nearest control well that is not held out.
 */
export interface PositionCheck {
  /** How many held-out control wells were guessed. */
  readonly wells: number;
  /** How many guesses were right; one between nearest wells of both roles counts half. */
  readonly right: number;
  /** What was kept from the guess: the test wells of the study's split, or one plate after the other, or one well. */
  readonly heldOut: "split" | "plate" | "well";
  /** Whether position alone explains the labels: at least 85 % right, of at least 8 wells. */
  readonly explains: boolean;
}
