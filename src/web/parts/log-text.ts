import { html } from '../kit/html.js';
import { pieces } from '../kit/pieces.js';

interface LogTextProps {
  readonly of: string;
  /** Values that rules saw: marked wherever they stand. */
  readonly marks?: readonly string[];
  /** A whole record: monospaced, keeps its spaces. */
  readonly raw?: boolean;
  /** A text of ours that holds logged values: its lines are lines. */
  readonly multiline?: boolean;
}

/** Text that somebody else wrote: always text, apart from the direction of what is around it, and nothing in it hidden. */
export function LogText({ of, marks = [], raw = false, multiline = false }: LogTextProps) {
  if (multiline) return of.split('\n').map((line) => html`<${LogText} of=${line} raw=${raw} />${'\n'}`);
  const shown = pieces(of, marks).map(({ text, hidden, marked }) => {
    const inner = hidden
      ? html`<span class="hidden-character" title="a character that cannot be seen">${text}</span>`
      : text;
    return marked ? html`<mark>${inner}</mark>` : inner;
  });
  return html`<bdi class=${raw ? 'log-text is-raw' : 'log-text'}>${shown}</bdi>`;
}
