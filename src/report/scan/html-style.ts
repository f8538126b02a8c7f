/** Of the page that tells a scan. */
export const STYLE = `
:root { color-scheme: light dark; --line: #8884; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 76rem; margin: 2rem auto; padding: 0 1rem; }
h2 { margin-top: 2.5rem; }
h3 { margin: 0; }
section, details { border: 1px solid var(--line); border-radius: 6px; padding: .75rem 1rem; margin: .75rem 0; }
summary { cursor: pointer; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; }
th, .t { white-space: nowrap; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
td.n { text-align: right; font-variant-numeric: tabular-nums; }
code { font-size: 13px; overflow-wrap: anywhere; }
small { opacity: .75; }
.badge { font-size: 12px; font-weight: 600; padding: .1rem .5rem; border-radius: 9px; color: #fff; white-space: nowrap; }
.critical { background: #7b2d8b; }
.high { background: #b3261e; }
.medium { background: #8a5a00; }
.low { background: #1f6f8b; }
.informational { background: #5f6368; }
@media print { details { break-inside: avoid; } }
`;
