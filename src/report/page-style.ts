/**
 * How the page looks: light and dark, screen and paper, wide and narrow.
 */

// Blue, orange and purple keep apart for every common colour blindness, in lightness too; the purple is never alone.
const light = `--ink: #1d2329; --soft: #55606a; --line: #d8dde2; --ground: #fff; --panel: #f5f7f9;
  --one: #0b62a8; --two: #b35806; --three: #762a83; --warn: #7a4300; --warnground: #fff4e0;`;
const dark = `--ink: #e6eaee; --soft: #a7b2bd; --line: #39424b; --ground: #14181c; --panel: #1d2329;
  --one: #6cb4f0; --two: #f0a352; --three: #c9a0dc; --warn: #ffcf8f; --warnground: #3a2a12;`;

const text = `
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
main { max-width: 1060px; margin: 0 auto; padding: 32px 24px 64px; }
h1 { font-size: 1.8rem; line-height: 1.2; margin: 0 0 4px; overflow-wrap: anywhere; }
h2 { font-size: 1.25rem; margin: 0 0 8px; }
h3 { font-size: 1rem; margin: 20px 0 4px; overflow-wrap: anywhere; }
section { margin-top: 44px; scroll-margin-top: 12px; }
p { margin: 6px 0 10px; max-width: 75ch; overflow-wrap: anywhere; }
.asked, .quiet, figcaption { color: var(--soft); } .quiet { font-size: .9rem; }
.warnings { background: var(--warnground); color: var(--warn); border-left: 4px solid currentColor; padding: 10px 16px; margin: 20px 0; border-radius: 4px; }
.warnings h2 { margin: 0 0 4px; font-size: 1rem; }
.warnings ul { margin: 0; padding-left: 20px; overflow-wrap: anywhere; }
.warnings summary { margin: 0; }
nav { margin: 18px 0 0; border-top: 1px solid var(--line); border-bottom: 1px solid var(--line); }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: 0 20px; margin: 0; padding: 0; font-size: .9rem; }
nav a { display: block; padding: 8px 0; }
a { color: var(--one); text-underline-offset: 3px; }
.verdict { margin-top: 28px; } .verdict > p { font-size: 1.0625rem; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 190px), 1fr)); gap: 12px; margin: 18px 0; }
.tile { background: var(--panel); border-radius: 8px; padding: 14px 16px; }
.tile b { display: block; font-size: 1.7rem; line-height: 1.2; font-weight: 650; }
.tile span { color: var(--soft); font-size: .875rem; display: block; overflow-wrap: anywhere; text-wrap: balance; }
.terms { font-size: .85rem; color: var(--soft); border-left: 2px solid var(--line); padding-left: 12px; margin: 14px 0; }
.terms p { margin: 3px 0; max-width: 85ch; } dfn { font-style: normal; font-weight: 600; color: var(--ink); }
figure { margin: 0; break-inside: avoid; } figcaption { font-size: .9rem; } figcaption p { margin: 2px 0; }
details summary { cursor: pointer; margin: 10px 0; } .plate-part > summary { font-weight: 600; overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 18px; margin: 8px 0; font-size: .9rem; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
pre { background: var(--panel); border-radius: 6px; padding: 10px 14px; margin: 6px 0; white-space: pre-wrap; overflow-wrap: anywhere; font-size: .85rem; }
`;

const charts = `
.curves, .pair { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 420px), 1fr)); gap: 14px 36px; align-items: start; }
.multiples { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 225px), 1fr)); gap: 6px 24px; }
.multiples h3 { font-size: .875rem; margin: 10px 0 0; }
svg { width: 100%; height: auto; display: block; font-family: inherit; overflow: visible; }
svg text { font-variant-numeric: tabular-nums; }
.plate { overflow: hidden; }
.axis { font-size: 12px; fill: var(--soft); } .name { font-size: 13px; fill: var(--ink); font-weight: 600; paint-order: stroke; stroke: var(--ground); stroke-width: 5px; }
.well { font-size: 10.5px; fill: var(--soft); text-anchor: end; }
.grid { stroke: var(--line); stroke-width: 1; } .tick { stroke: var(--soft); stroke-width: 1; }
.anchor, .zero { stroke: var(--soft); stroke-width: 1; stroke-dasharray: 2 3; }
.series0, .negative { --own: var(--one); } .series1, .positive { --own: var(--two); } .series2 { --own: var(--three); } .other { --own: var(--soft); }
.curve { fill: none; stroke: var(--own, var(--one)); stroke-width: 2.2; } .unreported { stroke-dasharray: 6 5; stroke-width: 1.6; }
.second { fill: none; stroke: var(--two); stroke-width: 2.2; stroke-dasharray: 7 3; }
.curve-label { fill: var(--one); } .second-label { fill: var(--two); }
.dot { fill: var(--own); fill-opacity: .72; stroke: var(--ground); stroke-width: .8; }
.band { fill: var(--own); fill-opacity: .14; } .ec50 { stroke: var(--own); stroke-width: 1; }
.interval { fill: none; stroke: var(--ink); stroke-width: 1.3; }
.fields { fill: none; stroke: var(--own); stroke-width: 1.3; stroke-opacity: .75; } .box { fill: var(--own); fill-opacity: .2; }
.lone { fill: var(--own); } .meandot { fill: var(--ink); stroke: var(--ground); stroke-width: .8; }
.control { fill: var(--own); fill-opacity: .75; stroke: var(--ground); stroke-width: .6; }
.train .control, .validate .control { fill: var(--ground); fill-opacity: .6; stroke: var(--own); stroke-width: 1.4; }
.unscored { fill: none; stroke: var(--soft); stroke-dasharray: 2 2; } .ring { fill: none; }
.noplace { fill: none; stroke: var(--line); stroke-width: 3; stroke-linecap: round; }
.legend { font-size: .9rem; color: var(--soft); max-width: 90ch; } .strip { white-space: nowrap; margin-right: 6px; }
.swatch { display: inline-block; padding: 0 8px; font-size: .8rem; line-height: 1.6; border-radius: 3px; margin-right: 2px; }
.mark { color: var(--ink); font-weight: 700; } .untouched { border: 1.4px solid currentColor; border-radius: 3px; padding: 0 4px; }
.key { display: inline-block; margin-right: 16px; } .sign { display: inline-block; width: 14px; height: 14px; vertical-align: -2px; margin-right: 4px; }
.gallery { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, var(--wide)), 1fr)); gap: 16px 20px; }
.example img { display: block; width: 100%; height: auto; border-radius: 3px; background: var(--panel); }
.example figcaption { font-size: .85rem; line-height: 1.4; margin-top: 5px; overflow-wrap: anywhere; }
.example b { color: var(--ink); } .nopicture { background: var(--panel); padding: 24px 12px; text-align: center; margin: 0; font-size: .85rem; }
`;

const tables = `
.scroll { overflow-x: auto; margin: 8px 0; }
table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: 5px 16px 5px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
thead th { color: var(--soft); font-weight: 600; vertical-align: bottom; line-height: 1.3; }
tbody th { font-weight: 500; min-width: 18ch; max-width: 36ch; overflow-wrap: anywhere; }
td { white-space: nowrap; } td.long { white-space: normal; min-width: 26ch; }
.doses th, .doses td { padding: 3px 14px 3px 0; vertical-align: middle; } .doses tbody th { min-width: 13ch; }
.doses tbody .block { font-weight: 650; padding-top: 12px; } .number { text-align: right; }
.doses { --cell: 44px; } .cells { display: flex; flex-wrap: wrap; gap: 2px; width: calc(var(--n) * (var(--cell) + 2px)); } .wells { white-space: normal; }
.cell { flex: 0 0 var(--cell); text-align: center; border-radius: 3px; font-size: .8rem; line-height: 1.7; }
.none { color: var(--soft); box-shadow: inset 0 0 0 1px var(--line); } .mean { display: inline-block; min-width: 48px; font-weight: 650; padding: 0 4px; }
`;

const narrow = `
@media (max-width: 600px) { main { padding: 20px 16px 48px; } section { margin-top: 36px; } dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: 8px; }
  .multiples { grid-template-columns: repeat(auto-fill, minmax(min(100%, 150px), 1fr)); gap: 6px 12px; } .multiples .axis { font-size: 14px; } .tile b { font-size: 1.4rem; } .doses { --cell: 32px; } }
`;

// Black on white whatever the screen's theme; what was folded is opened, since paper has no pointer.
const paper = `
@page { margin: 14mm 12mm; }
@media print { :root { ${light} --ink: #000; --soft: #333; --line: #bbb; --warn: #000; --warnground: #fff; --panel: #fff; color-scheme: light; }
  body { font-size: 10pt; } main { max-width: none; padding: 0; } nav { display: none; } section { margin-top: 22px; }
  h1, h2, h3, summary, .legend, .key { break-after: avoid; } .legend { break-inside: avoid; } p { orphans: 3; widows: 3; } tr, .tile, .terms p, dl > * { break-inside: avoid; }
  .scroll { overflow: visible; } .plate { min-width: 0 !important; } .tile { border: 1px solid var(--line); } .tiles { grid-template-columns: repeat(auto-fit, minmax(130px, 1fr)); } .doses tbody tr:first-child { break-after: avoid; }
  table { font-size: 8pt; } th, td { padding-right: 9px; } thead th, td { white-space: normal; } tbody th { min-width: 13ch; overflow-wrap: break-word; } td.long { min-width: 20ch; }
  .doses th, .doses td { padding-right: 8px; } .doses { --cell: 32px; } .cell { font-size: 7.5pt; } .mean { min-width: 40px; }
  .curves, .pair { grid-template-columns: 1fr 1fr; gap: 8px 24px; } figcaption, .curves .legend { font-size: 8pt; line-height: 1.35; } figure h3 { margin-top: 8px; } .multiples { grid-template-columns: repeat(3, 1fr); } .gallery { grid-template-columns: repeat(auto-fill, minmax(min(100%, calc(var(--wide) * .68)), 1fr)); }
  details:not(.unprinted)::details-content { content-visibility: visible; block-size: auto; display: block; } summary { list-style: none; } summary::-webkit-details-marker { display: none; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
`;

/** The page's only style sheet. Charts take their colours from the same variables, so they follow the theme. */
export const pageStyle = `
:root { color-scheme: light dark; ${light} }
@media (prefers-color-scheme: dark) { :root { ${dark} } }
${text}${charts}${tables}${narrow}${paper}`;
