/** The one style sheet of all pages. Text contrasts of at least 4.5 : 1 in both themes. */
export const STYLE = `
:root {
  --paper: #ffffff; --raised: #f6f7f9; --ink: #1b1f24; --soft: #59616b; --line: #d9dee4; --accent: #0b63b5; --warn: #a63a00;
  --heat: 11 99 181;
}
@media (prefers-color-scheme: dark) {
  :root { --paper: #14171b; --raised: #1d2127; --ink: #e6e9ed; --soft: #a2abb6; --line: #353c45; --accent: #6cb2f5; --warn: #ff9d5c;
    --heat: 108 178 245; }
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
header, main, footer { max-width: 62rem; margin: 0 auto; padding: 0 1rem; }
header { padding-top: 1.5rem; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0; }
h2 { font-size: 1.3rem; margin: 2.5rem 0 .75rem; padding-top: .75rem; border-top: 1px solid var(--line); }
h3 { font-size: 1.05rem; margin: 1.5rem 0 .5rem; }
p { max-width: 44rem; }
a { color: var(--accent); }
a:focus-visible, summary:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; top: .5rem; background: var(--paper); padding: .25rem .5rem; }
.subtitle, .note, footer, figcaption p { color: var(--soft); }
.subtitle { margin: .25rem 0 0; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1rem; list-style: none; padding: 0; margin: 1rem 0 0; }
footer { margin-top: 3rem; padding-bottom: 2rem; font-size: .85rem; }
.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(10.5rem, 1fr)); gap: .75rem; margin: 1.5rem 0 0; }
.facts div { background: var(--raised); border-radius: .5rem; padding: .6rem .8rem; }
.facts dt { color: var(--soft); font-size: .85rem; }
.facts dd { margin: 0; font-size: 1.35rem; font-weight: 600; font-variant-numeric: tabular-nums; }
.facts small { display: block; font-size: .8rem; font-weight: 400; color: var(--soft); }
figure { margin: 1rem 0 1.5rem; }
figcaption strong { display: block; }
figcaption p { margin: .1rem 0 .5rem; font-size: .9rem; }
figure svg { display: block; width: 100%; height: auto; color: var(--ink); --plot-background: var(--paper); overflow: visible; }
figure .narrow { display: none; }
@media (max-width: 40rem) { figure .wide { display: none; } figure .narrow { display: block; } }
.legend { display: flex; flex-wrap: wrap; gap: .2rem 1rem; list-style: none; margin: .25rem 0 .5rem; padding: 0; font-size: .9rem; }
.swatch { display: inline-block; width: .8em; height: .8em; border-radius: .15em; margin-right: .4em; vertical-align: -.05em; border: 1px solid rgb(128 128 128 / .4); }
.scroll { overflow-x: auto; }
.scroll:focus-visible { outline: 3px solid var(--accent); }
table { border-collapse: collapse; font-size: .92rem; font-variant-numeric: tabular-nums; margin: .5rem 0; }
caption { text-align: left; color: var(--soft); font-size: .9rem; padding-bottom: .3rem; }
th, td { padding: .25rem .75rem .25rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
thead th { color: var(--soft); font-weight: 600; vertical-align: bottom; }
th[scope=row] { font-weight: 400; }
.number { text-align: right; white-space: nowrap; }
th.number { white-space: normal; }
.whole, td > code, th > code { white-space: nowrap; }
.heat td.number { padding: .3rem .6rem; }
tr.chosen > * { font-weight: 700; background: var(--raised); }
code, .event { font-family: ui-monospace, monospace; font-size: .88em; overflow-wrap: anywhere; }
details { margin: .5rem 0; }
summary { cursor: pointer; color: var(--accent); }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 27rem), 1fr)); gap: 1rem; align-items: start; }
.card { background: var(--raised); border-radius: .6rem; padding: .9rem 1rem; border-left: .35rem solid var(--stripe, var(--line)); min-width: 0; }
.card h3 { margin: 0 0 .25rem; overflow-wrap: anywhere; }
.card h4 { margin: .8rem 0 .25rem; font-size: .9rem; color: var(--soft); }
.card p { margin: .25rem 0; }
.card ul.events { list-style: none; margin: 0; padding: 0; font-size: .9rem; }
.card ul.events li { display: grid; grid-template-columns: minmax(0, 1fr) auto; column-gap: .5rem; align-items: center; padding: .08rem 0; }
.card ul.uses { list-style: none; margin: 0; padding: 0; font-size: .9rem; }
.card ul.uses li { padding: .12rem 0; }
.parts { display: flex; flex-wrap: wrap; gap: .25rem 1rem; list-style: none; padding: 0; margin: 1rem 0; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.meter { grid-column: 1 / -1; height: 3px; background: var(--line); border-radius: 2px; overflow: hidden; }
.meter i { display: block; height: 100%; background: var(--accent); }
ol.timeline { list-style: none; display: flex; flex-wrap: wrap; gap: .2rem .35rem; margin: .2rem 0 .4rem; padding: 0; font-size: .85rem; }
ol.timeline li { background: var(--paper); border: 1px solid var(--line); border-radius: .3rem; padding: 0 .35rem; max-width: 100%; }
ol.timeline .pause { border: 0; background: none; color: var(--soft); padding: 0; }
.warning { border-left: .3rem solid var(--warn); background: var(--raised); padding: .5rem .9rem; border-radius: .3rem; }
.good::before { content: "✓ "; } .bad::before { content: "! "; color: var(--warn); font-weight: 700; }
@media print { nav, .skip { display: none; } .card, figure { break-inside: avoid; } }
`;
