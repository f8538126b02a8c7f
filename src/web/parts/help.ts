import { html } from '../kit/html.js';
import { Dialog } from './dialog.js';

const KEYS: readonly (readonly [keys: string, meaning: string])[] = [
  ['/', 'search'],
  ['j  k', 'next and previous row'],
  ['Enter', 'open the row'],
  ['a', 'acknowledge'],
  ['s', 'silence more like this'],
  ['g  n', 'go to Now'],
  ['g  i', 'go to Incidents'],
  ['g  s', 'go to Search'],
  ['g  o', 'go to Sources'],
  ['g  r', 'go to Rules'],
  ['g  a', 'go to Anomaly'],
  ['?', 'this list'],
  ['Esc', 'back'],
];

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
