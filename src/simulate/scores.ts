/**
 * Scores without pixels: what a network would say of each field, drawn from variance components.
 *
 * log-odds = separation · (damage − ½) + batch + plate + well + gradients + field, where damage is the well's latent damage, both axes
 * alike. With it a screen takes a millisecond instead of minutes: power, false discoveries and coverage can be counted over thousands.
 */
import { openRandom } from "../base/random.ts";
import { micromolar } from "../plates/concentrations.ts";
