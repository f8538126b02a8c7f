import { html } from '../kit/html.js';
export function SourcesScreen() { return html`<h1>SourcesScreen</h1>`; }
