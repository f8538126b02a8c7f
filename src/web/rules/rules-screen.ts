import { html } from '../kit/html.js';
export function RulesScreen() { return html`<h1>RulesScreen</h1>`; }
