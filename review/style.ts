/** Styles of the review page, on top of those of all pages (`report/html/style.ts`). */
export const REVIEW_STYLE = `
main, header, footer { max-width: 90rem; }
/* What gets the focus is not to lie under the toolbar. */
html { scroll-padding-top: 5rem; }
button, select, input, textarea { font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--soft); border-radius: .35rem; padding: .3rem .55rem; max-width: 100%; }
button { cursor: pointer; background: var(--raised); }
button.main { background: var(--accent); color: var(--paper); border-color: var(--accent); }
button:disabled { cursor: default; opacity: .55; }
:is(button, select, input, textarea, summary, [tabindex]):focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.toolbar { position: sticky; top: 0; z-index: 2; background: var(--paper); border-bottom: 1px solid var(--line); padding: .5rem 0; display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; }
.toolbar [role=status] { flex: 1 1 14rem; min-width: 0; margin: 0; color: var(--soft); overflow-wrap: anywhere; }
.lines { white-space: pre-line; overflow-wrap: anywhere; margin: 1rem; }
.problems { color: var(--warn); }
.board { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 23rem), 1fr)); gap: 1rem; align-items: start; }
.category { border: 1px solid var(--line); border-top: .45rem solid var(--stripe, var(--line)); border-radius: .6rem; padding: .8rem; min-width: 0; }
.category.over { outline: 3px dashed var(--accent); outline-offset: 2px; }
.category h3 { margin: 0 0 .5rem; overflow-wrap: anywhere; }
.fields { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: .35rem .6rem; align-items: center; font-size: .9rem; }
.fields input[type=text], .fields textarea { width: 100%; }
.fields input[type=color] { width: 3rem; height: 1.9rem; padding: .1rem; }
.fields input[type=checkbox] { justify-self: start; width: 1.1rem; height: 1.1rem; }
.fields .last { grid-column: 1 / -1; display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; justify-content: space-between; }
.clusters { list-style: none; margin: .8rem 0 0; padding: 0; display: grid; gap: .6rem; }
.clusters:empty::before { content: "No clusters here: drag one to this place, or move it with its menu."; color: var(--soft); font-size: .9rem; }
.cluster { background: var(--raised); border-radius: .5rem; padding: .6rem .7rem; min-width: 0; }
.cluster[draggable=true] { cursor: grab; }
.cluster h4 { margin: 0; font-size: 1rem; overflow-wrap: anywhere; }
.cluster p { margin: .2rem 0; font-size: .9rem; }
.cluster h5 { margin: .6rem 0 .2rem; font-size: .85rem; color: var(--soft); }
.cluster .move { display: flex; flex-wrap: wrap; gap: .3rem .5rem; align-items: center; margin-top: .4rem; font-size: .9rem; }
.cluster .move select { flex: 1 1 9rem; min-width: 0; }
.cluster ul.events { list-style: none; margin: 0; padding: 0; font-size: .88rem; }
.cluster ul.events li { padding: .05rem 0; overflow-wrap: anywhere; }
.app { display: inline-block; border: 1px solid var(--line); border-radius: 1rem; padding: 0 .55rem; font-size: .8rem; color: var(--soft); background: var(--paper); }
.create { display: flex; flex-wrap: wrap; gap: .5rem; align-items: end; margin: 0 0 1rem; }
.create label { display: grid; gap: .15rem; font-size: .9rem; }
.kapp { margin-bottom: 1.5rem; }
.kapp .scroll { margin: .5rem 0; }
.kapp th label { white-space: nowrap; }
.kcurve { width: 100%; max-width: 44rem; height: auto; display: block; color: var(--ink); }
.kcurve.narrow { display: none; }
.kcurve text { fill: var(--ink); font: 12px system-ui, sans-serif; }
.kcurve .grid { stroke: var(--line); }
.kcurve .tie { stroke: var(--warn); stroke-dasharray: 2 4; }
.kcurve .chosen { stroke: var(--warn); stroke-width: 2; }
.kbars { list-style: none; padding: 0; margin: .3rem 0; max-width: 44rem; font-size: .88rem; }
.kbars li { display: grid; grid-template-columns: 3rem minmax(0, 1fr) 11rem; gap: .5rem; align-items: center; }
.kbars .made { grid-column: 2 / -1; color: var(--soft); overflow-wrap: anywhere; }
.overview { margin: 1rem 0; }
.overviewrow { display: grid; grid-template-columns: minmax(3rem, auto) minmax(0, 1fr); gap: .6rem; align-items: center; margin: .25rem 0; }
.overviewrow > span { overflow-wrap: anywhere; min-width: 5rem; }
.shares { display: flex; height: 1.1rem; border-radius: .3rem; overflow: hidden; gap: 1px; }
.shares i { display: block; flex: 0 1 0; min-width: 0; background: repeating-linear-gradient(45deg, var(--line) 0 4px, transparent 4px 8px); }
.cluster ul.weights { display: flex; flex-wrap: wrap; gap: 0 1rem; }
.kbars meter { width: 100%; height: .8rem; }
@media (max-width: 34rem) { .kcurve.wide { display: none; } .kcurve.narrow { display: block; } .kbars li { grid-template-columns: 2.2rem minmax(0, 1fr) 8.6rem; } .fields { grid-template-columns: 1fr; } }
.swatch { margin-right: .35em; }
`;
