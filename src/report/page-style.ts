/**
 * How the page looks: light and dark, screen and paper, wide and narrow.
 */

/** The page's only style sheet. Charts take their colours from the same variables, so they follow the theme. */
export const pageStyle = `
:root { color-scheme: light dark; --ink: #1d2329; --soft: #5b6670; --line: #d8dde2; --ground: #fff; --panel: #f5f7f9;
  --one: #0b62a8; --two: #b35806; --band: #0b62a822; --warn: #8a4b00; --warnground: #fff4e0; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaee; --soft: #a2adb8; --line: #39424b; --ground: #14181c; --panel: #1d2329;
  --one: #6cb4f0; --two: #f0a352; --band: #6cb4f033; --warn: #ffcf8f; --warnground: #3a2a12; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
main { max-width: 1040px; margin: 0 auto; padding: 32px 24px 64px; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 4px; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin: 44px 0 8px; }
h3 { font-size: 1rem; margin: 20px 0 4px; overflow-wrap: anywhere; }
p { margin: 6px 0 10px; max-width: 75ch; }
.asked, .quiet, figcaption { color: var(--soft); }
.warnings { background: var(--warnground); color: var(--warn); border-left: 4px solid currentColor; padding: 10px 16px; margin: 20px 0; border-radius: 4px; }
.warnings h2 { margin: 0 0 4px; font-size: 1rem; }
.warnings ul { margin: 0; padding-left: 20px; overflow-wrap: anywhere; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(190px, 1fr)); gap: 12px; margin: 20px 0; }
.tile { background: var(--panel); border-radius: 8px; padding: 14px 16px; }
.tile b { display: block; font-size: 1.7rem; line-height: 1.2; font-weight: 650; }
.tile span { color: var(--soft); font-size: .875rem; display: block; overflow-wrap: anywhere; }
.verdict p { font-size: 1.0625rem; }
.curves { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 400px), 1fr)); gap: 8px 28px; }
figure { margin: 0; break-inside: avoid; }
figcaption { font-size: .9rem; }
svg { width: 100%; height: auto; display: block; font-family: inherit; }
svg text { font-variant-numeric: tabular-nums; }
.axis { font-size: 12px; fill: var(--soft); }
.grid { stroke: var(--line); stroke-width: 1; }
.anchor { stroke: var(--soft); stroke-width: 1; stroke-dasharray: 2 3; }
.tick { stroke: var(--soft); stroke-width: 1; }
.curve { fill: none; stroke: var(--one); stroke-width: 2.2; }
.unreported { stroke-dasharray: 6 5; }
.second { fill: none; stroke: var(--two); stroke-width: 2.2; stroke-dasharray: 7 3; }
.curve-label { fill: var(--one); } .second-label { fill: var(--two); }
.dot { fill: var(--two); fill-opacity: .75; stroke: var(--ground); stroke-width: .8; }
.band { fill: var(--band); } .ec50 { stroke: var(--one); stroke-width: 1; }
.unscored { stroke: var(--line); stroke-dasharray: 3 3; }
.legend { font-size: .9rem; color: var(--soft); }
.swatch { display: inline-block; padding: 0 8px; font-size: .8rem; line-height: 1.6; border-radius: 3px; margin-right: 2px; }
.mark { color: var(--ink); font-weight: 700; } .untouched { border: 1.4px solid currentColor; border-radius: 3px; padding: 0 4px; }
.scroll { overflow-x: auto; margin: 8px 0; }
table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: 5px 18px 5px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
thead th { color: var(--soft); font-weight: 600; white-space: nowrap; }
tbody th { font-weight: 500; min-width: 14ch; }
td { white-space: nowrap; } td.long { white-space: normal; min-width: 30ch; }
details summary { cursor: pointer; margin: 10px 0; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 18px; margin: 8px 0; font-size: .9rem; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
@media (max-width: 600px) { main { padding: 20px 16px 48px; } dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: 8px; } }
@media print { :root { --ink: #000; --soft: #444; --line: #ccc; --ground: #fff; --panel: #f4f4f4; --one: #0b62a8; --two: #b35806; --band: #0b62a822; --warn: #6b3a00; --warnground: #fff; }
  main { max-width: none; padding: 0; } h2, h3 { break-after: avoid; } tr { break-inside: avoid; } .scroll { overflow: visible; }
  rect, .swatch { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
`;
