import { html } from '../kit/html.js';
export function SearchScreen() { return html`<h1>SearchScreen</h1>`; }
