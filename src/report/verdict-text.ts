import { visible } from '../telemetry/visible.js';
import type { TextStyle } from './terminal.js';

/** A part of a rule as it is shown: one line, and what it is made of below it. */
export interface VerdictLine {
  readonly holds: boolean;
  readonly text: string;
  readonly parts: readonly VerdictLine[];
}

const MARK = { true: { shape: '✓', sgr: '32' }, false: { shape: '✗', sgr: '31' } } as const;
const MAX_DEPTH = 40;

/** The tree, true and false told by shape as well as colour. */
export function renderVerdict(verdict: VerdictLine, { colour }: TextStyle, depth = 0): string {
  const { shape, sgr } = MARK[`${verdict.holds}`];
  const mark = colour ? `\x1b[${sgr}m${shape}\x1b[0m` : shape;
  const below =
    depth < MAX_DEPTH
      ? verdict.parts.map((part) => renderVerdict(part, { colour, width: 0 }, depth + 1))
      : [];
  return `${'  '.repeat(depth)}${mark} ${visible(verdict.text)}\n${below.join('')}`;
}
