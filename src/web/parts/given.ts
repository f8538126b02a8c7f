import { html } from '../kit/html.js';
import { LogText } from './log-text.js';

/** A filter that came with the address, which a click removes. */
export function Given({ words, onClear }: { readonly words: string; readonly onClear: () => void }) {
  return html`<button type="button" class="given" onClick=${onClear} title="Remove this filter"><${LogText} of=${words} /> ×</button>`;
}
