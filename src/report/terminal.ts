import type { Level } from '../model/rule.js';
import { visible } from '../telemetry/visible.js';
import { cutToWidth, textWidth } from './text-width.js';

/** What texts for terminals have in common. */
export interface TextStyle {
  /** ANSI colours; false for files, pipes and NO_COLOR. */
  readonly colour: boolean;
  /** Columns of the terminal; Infinity = never cut or wrap. */
  readonly width: number;
}

/** Severities differ by shape and word as well as colour. */
const LOOK: Record<Level, { readonly shape: string; readonly sgr: string }> = {
  critical: { shape: '◆', sgr: '1;35' },
  high: { shape: '▲', sgr: '1;31' },
  medium: { shape: '●', sgr: '1;33' },
  low: { shape: '▼', sgr: '1;36' },
  informational: { shape: '○', sgr: '2' },
};
export const MARKED = '1;4';
export const FAINT = '2';

const LABEL_WIDTH = 9;
const NARROWEST_TEXT = 20;

/** Columns beside the labels. */
export function roomOf({ width }: TextStyle): number {
  return Math.max(NARROWEST_TEXT, width - LABEL_WIDTH);
}

/** A severity, and what it is about. */
export function headline(severity: Level, title: string, style: TextStyle): string {
  const badge = `${LOOK[severity].shape} ${severity.toUpperCase()}`;
  const room = Math.max(NARROWEST_TEXT, style.width - textWidth(badge) - 2);
  return `${paint(badge, LOOK[severity].sgr, style)}  ${paint(cutToWidth(visible(title), room), '1', style)}`;
}

/** A severity as its shape. */
export function mark(severity: Level, style: TextStyle): string {
  return paint(LOOK[severity].shape, LOOK[severity].sgr, style);
}

/** Lines behind a label. */
export function field(label: string, lines: readonly string[], style: TextStyle): string[] {
  return lines.map(
    (line, i) => `  ${paint((i === 0 ? label : '').padEnd(LABEL_WIDTH - 2), FAINT, style)}${line}`,
  );
}

/** `2026-11-20 10:42:07 UTC` */
export function clock(iso: string): string {
  return visible(`${iso.slice(0, 19).replace('T', ' ')} UTC`);
}

export function paint(text: string, sgr: string, style: TextStyle): string {
  return style.colour && text !== '' ? `\x1b[${sgr}m${text}\x1b[0m` : text;
}
