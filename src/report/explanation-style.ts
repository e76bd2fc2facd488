/**
 * How fields, maps and their legends look; set behind the style of every page, on pages that show maps.
 */

const cards = `
.fieldcard { border-top: 1px solid var(--line); padding-top: 4px; margin-top: 22px; } .fieldcard h3 { margin-top: 12px; }
.fieldcard h4 { font-size: .875rem; margin: 0; } .place { color: var(--soft); font-weight: 400; font-size: .85rem; }
.fieldscore { display: flex; flex-wrap: wrap; gap: 8px 36px; align-items: flex-start; margin: 6px 0 4px; } .fieldscore svg { flex: 0 1 300px; } .fieldstains { flex: 1 1 240px; } .fieldstains summary { font-size: .8rem; margin: 2px 0; }
.blocks { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, calc(var(--stains) * 156px)), 1fr)); gap: 4px 24px; align-items: start; } .fieldcard > details > summary { font-size: .875rem; }
.fieldcard img, .montage img { display: block; width: 100%; height: auto; border-radius: 2px; background: var(--panel); }
.maps { display: grid; grid-template-columns: repeat(var(--stains), minmax(0, 1fr)); gap: 4px; } .stainnames { font-size: .8rem; line-height: 1.3; color: var(--soft); }
.maprow { margin-top: 10px; break-inside: avoid; min-width: 0; } .stainnames span { overflow-wrap: anywhere; min-width: 0; } .map figcaption { overflow-wrap: anywhere; font-size: .8rem; line-height: 1.3; }
.lonemaps { display: grid; grid-template-columns: repeat(max(2, var(--stains)), minmax(0, 1fr)); gap: 0 12px; align-items: start; } .lonemaps .maps { grid-template-columns: 1fr; }
.mapnote { font-size: .8rem; line-height: 1.4; color: var(--soft); margin: 3px 0; } .failed { color: var(--warn); } .held > b:first-child { color: var(--one); }
.maplegend .key { margin-right: 4px; white-space: nowrap; } .maplegend { font-size: .8rem; line-height: 1.4; color: var(--soft); margin: 3px 0 0; }
.ramp, .paint { display: inline-block; vertical-align: -2px; height: 12px; border-radius: 2px; border: 1px solid var(--line); } .ramp { width: 64px; } .paint { width: 16px; margin-right: 4px; }
.unsure { fill: var(--soft); fill-opacity: .2; } .other-field { stroke: var(--own); stroke-width: 1.4; stroke-opacity: .7; } .own-field { fill: var(--own); stroke: var(--ground); stroke-width: 1; }
.verdicts { padding: 0; list-style: none; } .verdicts li { margin: 4px 0; max-width: 75ch; }
.montage { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, calc(var(--stains) * 96px)), 1fr)); gap: 12px 14px; } .montage figure { border-top: 4px solid var(--own); padding-top: 4px; } .montage figcaption { font-size: .8rem; line-height: 1.35; margin-top: 3px; overflow-wrap: anywhere; }
`;

const narrow = `
@media (max-width: 600px) { .lonemaps { grid-template-columns: 1fr 1fr; } .fieldscore svg { flex: 1 1 100%; } .stainnames, .map figcaption { font-size: .7rem; } }
`;

const paper = `
@media print { .fieldcard details.unprinted { display: none; } .quiet:has(+ .fieldcard), .fieldcard h3, .fieldcard h3 + p, h4 { break-after: avoid; } .fieldscore, .fieldcard > .blocks { break-inside: avoid; } .fieldscore { break-after: avoid; } .blocks { grid-template-columns: repeat(auto-fill, minmax(min(100%, calc(var(--stains) * 40mm)), 1fr)); } .mapnote, .maplegend .key { margin-right: 4px; white-space: nowrap; } .maplegend { font-size: 7.5pt; } a { color: inherit; text-decoration: none; } }
`;

/** The style of cards, maps and montage, to be handed to `renderPage`. */
export const explanationStyle = `${cards}${narrow}${paper}`;
