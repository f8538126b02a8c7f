import { visible } from '../telemetry/visible.js';
import { FAINT, paint, type TextStyle } from './terminal.js';
import { wrapToWidth } from './text-width.js';

export interface CheckedPart {
  readonly title: string;
  readonly well: readonly string[];
  readonly findings: readonly {
    readonly kind: 'problem' | 'hint';
    readonly what: string;
    readonly fix: string;
    readonly details?: readonly string[];
  }[];
}

const MARKS = {
  well: { shape: '✓', sgr: '32' },
  hint: { shape: '·', sgr: '33' },
  problem: { shape: '✗', sgr: '1;31' },
};
const INDENT = '    ';

/** Parts with nothing to say are left out. */
export function renderDoctor(parts: readonly CheckedPart[], style: TextStyle): string {
  const told = parts.filter(({ well, findings }) => well.length + findings.length > 0);
  const problems = countOf(told, 'problem');
  const sum =
    problems === 0
      ? 'All is well.'
      : `${problems === 1 ? '1 problem' : `${problems} problems`}; each says what to do.`;
  return `${told.map((part) => `${renderPart(part, style)}\n`).join('')}${sum}\n`;
}

function renderPart({ title, well, findings }: CheckedPart, style: TextStyle): string {
  const lines = [
    paint(title, '1', style),
    ...well.flatMap((text) => marked('well', text, style)),
    ...findings.flatMap(({ kind, what, fix, details = [] }) => [
      ...marked(kind, what, style),
      ...details.flatMap((text) =>
        below(`| ${visible(text)}`, style).map((line) => paint(line, FAINT, style)),
      ),
      ...below(`→ ${visible(fix)}`, style),
    ]),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function marked(kind: keyof typeof MARKS, text: string, style: TextStyle): string[] {
  const { shape, sgr } = MARKS[kind];
  const [first = '', ...rest] = below(visible(text), style);
  return [`  ${paint(shape, sgr, style)} ${first.trimStart()}`, ...rest];
}

function below(text: string, { width }: TextStyle): string[] {
  return wrapToWidth(text, Math.max(20, width - INDENT.length)).map((line) => `${INDENT}${line}`);
}

function countOf(parts: readonly CheckedPart[], kind: 'problem' | 'hint'): number {
  return parts.reduce((sum, { findings }) => sum + findings.filter((one) => one.kind === kind).length, 0);
}
