/**
 * The microscope and its camera: every default number in one place.
 *
 * Sources: [1] Zhang, Zerubia & Olivo-Marin (2007), doi:10.1364/AO.46.001819: Gaussian approximations of the point
 * spread; the rest is assumed, after sheets of common screening microscopes and exports seen.
 */
import type { PerStain } from "./conditions.ts";

/** Objective and stains. */
export const optics = {
  /** Numerical aperture from this pixel size on (µm): 10×, 20×, 40×. */
  apertures: [
    { from: 0.5, aperture: 0.3 },
    { from: 0.22, aperture: 0.45 },
    { from: 0, aperture: 0.6 },
  ],
  /** Peak emission in µm: Cy5, Hoechst, Cy3 (dsRed filter), FITC. */
  wavelength: [0.67, 0.46, 0.57, 0.52] satisfies PerStain,
  /** σ of the in-focus spot is this × wavelength / aperture, a widefield microscope [1]. */
  spot: 0.225,
  /** Focus of each stain against that of the field, µm. */
  focusShift: [0.3, -0.3, 0.1, 0] satisfies PerStain,
  /** Spread of the focus from field to field at difficulty 0.5, µm. */
  focusSpread: 0.5,
  /** Share of the light that comes from above and below as a haze, and the haze's σ in µm. */
  haze: [0.2, 0.22, 0.24, 0.3] satisfies PerStain,
  hazeSigma: 7,
} as const;

/** Light besides the stains. */
export const scenery = {
  /** Grey values of a typical signal at gain and staining 1: a dendrite 2 µm thick, a bright nucleus, a punctum. */
  typical: [1500, 2200, 1500, 1300] satisfies PerStain,
  /** Grey values of medium, plastic and loose stain, and how unevenly they lie (relative sd over some 30 µm). */
  medium: [90, 70, 150, 130] satisfies PerStain,
  unevenness: 0.1,
  unevennessReach: 30,
  /** Spread of the medium's light from field to field at difficulty 0.5 (log). */
  mediumLogSd: 0.12,
} as const;

/** Camera: a 16-bit scientific CMOS. */
export const camera = {
  offset: 220,
  /** Grey values a photoelectron, and read noise in grey values. */
  conversion: 0.5,
  readNoise: 4,
  white: 65535,
} as const;

/** Dirt in a field at `debris` 1: pieces a µm² of each kind. */
export const dirt = {
  dust: 120e-6,
  fibres: 6e-6,
  clouds: 30e-6,
  bubbles: 2e-6,
} as const;
