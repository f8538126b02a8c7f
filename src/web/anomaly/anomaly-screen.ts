import { html } from '../kit/html.js';
export function AnomalyScreen() { return html`<h1>AnomalyScreen</h1>`; }
