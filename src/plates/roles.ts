/** What a well teaches: the word in the plate map's `role` column. */

/** Every role, in the order in which reports list them. */
export const roles = ["negative", "positive", "sample", "reference", "empty"] as const;

/**
 * - `negative`: class 0, the healthy control (vehicle);
 * - `positive`: class 1, the harmed control (Aβ and no compound);
 * - `sample`: a compound to be judged;
 * - `reference`: a compound known to protect, a yardstick and never trained on;
 * - `empty`: nothing to see here, whether or not it was imaged.
 */
export type Role = (typeof roles)[number];

/** Whether wells of this role carry a class and so may be trained on. */
export function isControl(role: Role): role is "negative" | "positive" {
  return role === "negative" || role === "positive";
}
