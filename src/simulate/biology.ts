/**
 * The neurons, glia and synapses of a simulated field: every default number in one place.
 *
 * Lengths in µm, rates a µm or a µm², angles in radians, light in units of the stain's typical signal. Sources:
 * [1] Kaech & Banker (2006), doi:10.1038/nprot.2006.356: hippocampal cultures, their somata and density;
 * [2] Fiala & Harris, Dendrite structure, in Dendrites (OUP 1999): diameters, taper, spines;
 * [3] Harris & Weinberg (2012), doi:10.1101/cshperspect.a005587: sizes of pre- and postsynaptic densities;
 * [4] Selkoe (2002), doi:10.1126/science.1074069, and Shankar et al. (2007), doi:10.1523/JNEUROSCI.4970-06.2007:
 *     synapses go first, about half of them, neurites and nuclei later;
 * [5] Kerr, Wyllie & Currie (1972), doi:10.1038/bjc.1972.33: small bright and fragmented nuclei of dying cells.
 * [6] Turrigiano (2008), doi:10.1016/j.cell.2008.10.008: synapses that stay are scaled up.
 * What carries no number is assumed: chosen so that a field looks as published ones do.
 */

/** Cell bodies of neurons. */
export const somata = {
  /** Neurons a µm²; 60 a mm², a sparse culture [1]. */
  density: 60e-6,
  /** Median radius; diameters of 10 to 20 µm [1]. */
  radius: 8.2,
  radiusLogSd: 0.22,
  /** Long over short axis, from 1 to this. */
  elongation: 1.45,
  /** Closest that two centres come. */
  spacing: 22,
  /** MAP2 of a soma against that of a thick dendrite. */
  map2: 1.75,
  /** Share of MAP2 missing where the nucleus lies. */
  nucleusShadow: 0.45,
  /** Spread of the staining from neuron to neuron. */
  lightLogSd: 0.35,
  /** Light of the soma in PSD-95, and median and spread of that in synaptophysin. */
  postLight: 0.1,
  preLight: 0.24,
  preLightLogSd: 0.7,
  /** Perinuclear granules of synaptophysin, a µm² of soma. */
  granules: 0.16,
} as const;

/** Dendrites: they carry MAP2 and the postsynaptic puncta. */
export const dendrites = {
  /** Long primary dendrites: fewest, and mean of the number above it; then the short thin ones between them. */
  fewest: 2,
  more: 2.2,
  short: 6,
  /** Median radius at the soma and radius at the tip; diameters of 1 to 3 µm, tapering [2]. */
  baseRadius: 1.35,
  baseRadiusLogSd: 0.28,
  shortRadius: 0.6,
  tipRadius: 0.3,
  /** Distance over which the excess over the tip's radius falls to 1/e. */
  taper: 60,
  /** Roughness of the radius (relative) and the share of it that lasts a µm. */
  rough: 0.12,
  roughKept: 0.8,
  /** Length over which a dendrite runs out at its tip. */
  tip: 25,
  /** Flare at the soma: radius gained there and its reach. */
  flare: 2.2,
  flareReach: 4.5,
  /** Median path lengths of a long and of a short primary dendrite, and their spread. */
  length: 150,
  shortLength: 32,
  lengthLogSd: 0.45,
  /** Side branches a µm, nearest one to a branch point, deepest order. */
  branching: 1 / 38,
  branchSpacing: 7,
  deepest: 4,
  /** Side branch: its angle (mean, sd), its radius and its length against what the parent has left. */
  branchAngle: 0.75,
  branchAngleSd: 0.22,
  branchRadius: 0.78,
  branchLength: 0.7,
  /** Fresh curvature a µm and how much of it is kept: a persistence length of about 70 µm. */
  wiggle: 0.03,
  curvatureKept: 0.82,
  /** How far a neurite turns, a µm, towards one that it meets (fasciculation). */
  follow: 0.06,
  lightLogSd: 0.2,
  /** Unevenness of MAP2 along and across a dendrite, from this much less to this much more, and its grain. */
  uneven: 0.22,
  grain: 1.6,
  /** Dendrites lie above and below the focus: sd of the half-width of their blur. */
  blur: 0.45,
  /** Thickness at which light no longer grows with thickness: the depth that the objective gathers. */
  depth: 3,
  /** Light of the shaft in the other stains: Hoechst, PSD-95, synaptophysin. */
  shaft: [0.012, 0.1, 0.055],
} as const;

/** Axons that cross the field: no MAP2, a fine mesh in synaptophysin. */
export const axons = {
  /** Length a µm² of field. */
  density: 0.45,
  length: 150,
  radius: 0.2,
  wiggle: 0.035,
  curvatureKept: 0.8,
  follow: 0.12,
  /** Light of the fibre in synaptophysin and PSD-95. */
  preLight: 0.065,
  postLight: 0.025,
  lightLogSd: 0.6,
  /** Unevenness of the light along an axon (log): fresh a µm, and the share of it that lasts. */
  uneven: 0.35,
  unevenKept: 0.75,
  /** Presynaptic puncta without a partner, a µm. */
  puncta: 0.05,
} as const;

/** Synapses along dendrites; 0.5 to 1.5 a µm [2, 3], here those that a 20× objective tells apart. */
export const synapses = {
  density: 0.62,
  densityLogSd: 0.2,
  /** Clusters: log-density walks with this step a µm and keeps this share. */
  clusterStep: 0.36,
  clusterKept: 0.88,
  /** No synapse nearer to the soma. */
  fromSoma: 6,
  /** Spine heads stand off the shaft by up to this much [2]. */
  spine: 0.9,
  /** Diameters of the puncta: median, spread, ends; 0.3 to 0.8 µm [3]. */
  diameter: 0.48,
  diameterLogSd: 0.22,
  diameterRange: [0.3, 0.8],
  /** Light of a punctum's middle and its spread. */
  light: 1,
  lightLogSd: 0.6,
  /** Elongated puncta: their share, and the longest way to their second, fainter end. */
  elongated: 0.4,
  elongation: 0.4,
  /** Share of the postsynaptic puncta that face a presynaptic one in health, and the gap between both. */
  paired: 0.75,
  /** Light of a presynaptic punctum without a partner against one with. */
  looseLight: 0.7,
  gap: 0.18,
  /** How far a presynaptic punctum lies once it has come off. */
  apart: [1.5, 3.5],
  /** Specks of unspecific antibody a µm² and stain at difficulty 0.5, and their light. */
  specks: 0.02,
  speckLight: 0.22,
} as const;

/** Nuclei. */
export const nuclei = {
  /** Radius of a neuron's nucleus (diameters of 8 to 12 µm) and its light. */
  neuronRadius: 5,
  neuronRadiusLogSd: 0.1,
  neuronLight: 0.55,
  /** Glia a µm²; larger, paler, oval. */
  gliaDensity: 75e-6,
  gliaRadius: 5.9,
  gliaRadiusLogSd: 0.14,
  gliaElongation: 1.6,
  gliaLight: 0.4,
  /** Cells that died before any treatment, a µm²; small and bright, some in pieces [5]. */
  deadDensity: 200e-6,
  deadRadius: 2.5,
  deadRadiusLogSd: 0.28,
  deadLight: 1.1,
  deadLightLogSd: 0.6,
  fragmented: 0.25,
  /** Faint remains around a dead nucleus: light and radius. */
  ghostLight: 0.05,
  ghostRadius: 5,
  lightLogSd: 0.22,
  /** Bright spots of dense chromatin in a nucleus: their mean number, radius and light against the nucleus. */
  chromocentres: 7,
  chromocentreRadius: 0.7,
  chromocentreLight: 0.6,
  texture: 0.28,
  spacing: 9,
  /** Faint bodies of glia in MAP2, PSD-95 and synaptophysin, and their radius. */
  gliaBody: 0.035,
  gliaBodyRadius: 17,
} as const;

/**
 * What damage does [4]; thresholds are drawn in advance, so that more damage only takes more away.
 *
 * `punctumLoss`, `uncoupling` and `dispersed` are balanced by `npm run bench -- simulate`: more loss shows in how sharp a synaptic
 * stain is, less dispersal in how bright, more in how sharp; partners that come apart show in neither.
 */
export const harm = {
  /** Spread of the damage (log): from field to field, and from neuron to neuron in a field. */
  fieldLogSd: 0.12,
  neuronLogSd: 0.3,
  /** A punctum is lost above a threshold with this mean (exponential): a share of 1 − exp(−damage / mean). */
  punctumLoss: 3,
  /** A presynaptic punctum comes off its partner, likewise. */
  uncoupling: 1.2,
  /** Share of a lost punctum's protein that spreads in the shaft: growth of the shaft's light at damage 1. */
  dispersed: 0.75,
  /** Puncta that stay grow brighter, as synapses do that make up for others [6]: gain at damage 1, at most 1.5 times that. */
  scaling: 0.12,
  /** Threshold at the root of a primary dendrite, and median and spread at tips. */
  rootLoss: 3,
  tipLoss: 0.75,
  tipLossLogSd: 0.45,
  tipPower: 0.75,
  /** Share of the radius lost at damage 1, at most at twice that. */
  thinning: 0.12,
  /** Beading starts at a threshold between these and is full this much above it. */
  beadingFrom: [0.25, 0.8],
  beadingSpan: 0.7,
  beadSpacing: 4.6,
  beadSpacingSd: 1.8,
  beadLength: 0.95,
  beadSwelling: 1.3,
  beadNarrowing: 0.6,
  /** MAP2 gathers in what is left of a neuron: growth of its light at damage 1. */
  map2Gathered: 0.22,
  /** Damage that kills a neuron: median, spread (log), and how far above it the nucleus is fully shrunken. */
  death: 1.9,
  deathLogSd: 0.3,
  deathSpan: 0.4,
  /** Share of its radius that a dying nucleus loses [5], and a dying soma. */
  nucleusShrinks: 0.48,
  somaShrinks: 0.35,
} as const;
