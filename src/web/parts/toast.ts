import { html } from '../kit/html.js';
import { createStore, useStore } from '../kit/store.js';

const SHOWN_MS = 5000;

const said = createStore('');
let timer: ReturnType<typeof setTimeout> | undefined;

/** Says for a moment what has just been done, or could not be. */
export function say(text: string): void {
  clearTimeout(timer);
  said.set(text);
  timer = setTimeout(() => said.set(''), SHOWN_MS);
}

export function Toast() {
  const text = useStore(said);
  return html`<p class="toast" role="status" hidden=${text === ''}>${text}</p>`;
}
