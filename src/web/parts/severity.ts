import type { Level } from '../../model/rule.js';
import { html } from '../kit/html.js';

/** Each level has a shape and a letter, so that colour says nothing alone. On a 20 × 20 field. */
const SHAPES: Readonly<Record<Level, string>> = {
  critical: 'M6.2 1h7.6L19 6.2v7.6L13.8 19H6.2L1 13.8V6.2z',
  high: 'M10 1.2L19.4 18H.6z',
  medium: 'M10 .5L19.5 10 10 19.5.5 10z',
  low: 'M10 1.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17z',
  informational: 'M3 4.5h14v11H3z',
};

export function Severity({ level, word = false }: { readonly level: Level; readonly word?: boolean }) {
  return html`<span class=${`severity is-${level}`} title=${level}>
    <svg viewBox="0 0 20 20" aria-hidden="true">
      <path d=${SHAPES[level]} />
      <text x="10" y=${level === 'high' ? 15.8 : 14} text-anchor="middle">${level[0]!.toUpperCase()}</text>
    </svg>
    <span class=${word ? '' : 'unseen'}>${level}</span>
  </span>`;
}
