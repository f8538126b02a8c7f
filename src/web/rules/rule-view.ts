import { html } from '../kit/html.js';
export function RuleView() { return html`<h1>RuleView</h1>`; }
