import { html } from '../kit/html.js';
import { KEYS } from '../kit/key-list.js';
import { Dialog } from './dialog.js';

export function Help({ onClose }: { readonly onClose: () => void }) {
  return html`<${Dialog} title="Keys" onClose=${onClose}>
    <dl class="keys">
      ${KEYS.map(
        ([keys, meaning]) => html`<div key=${keys}>
          <dt>${keys.split('  ').map((key) => html`<kbd key=${key}>${key}</kbd>`)}</dt>
          <dd>${meaning}</dd>
        </div>`,
      )}
    </dl>
  <//>`;
}
