import type { AlertChange, AlertEvidence } from '../model/alert.js';
import { formatDuration } from '../model/units.js';
import { visible } from '../telemetry/visible.js';
import { matchedSpans } from './marks.js';
import { clock, field, headline, MARKED, paint, roomOf, type TextStyle } from './terminal.js';
import { cutToWidth, takeWidth, textWidth, wrapToWidth } from './text-width.js';

/** What is shown before a match that would lie beyond the right edge. */
const LEAD = 24;

/**
 * An alert as a person wants to read it in a terminal: what, when, who, why, the log lines with the matched parts
 * marked, and where to look next. Whatever the logs held, nothing in it is obeyed by the terminal.
 */
export function renderAlert(change: AlertChange, style: TextStyle): string {
  const { severity, rule, threat, reason, evidence, alert } = change;
  const room = roomOf(style);
  const attack = [...threat.technique, ...threat.tactic].map(({ id, name }) => `${id} ${name}`).join(' · ');
  return [
    headline(severity, rule.name, style),
    ...field('', wrapToWidth(statusOf(change), room), style),
    ...field('who', [cutToWidth(visible(whoOf(change)), room)], style),
    ...field('why', wrapToWidth(visible(reason), room), style),
    ...(attack === '' ? [] : field('ATT&CK', wrapToWidth(visible(attack), room), style)),
    ...evidence.flatMap((item) => field('log', evidenceLines(item, room, style), style)),
    ...field('rule', [cutToWidth(visible(rule.file), room)], style),
    ...field('alert', [cutToWidth(visible(alert.id), room)], style),
  ]
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
}

function statusOf({ '@timestamp': time, severity, alert }: AlertChange): string {
  const events = alert.count === 1 ? '1 event' : `${alert.count} events`;
  const lasted = Date.parse(alert.last_seen) - Date.parse(alert.first_seen);
  const during = lasted > 0 ? ` in ${formatDuration(lasted)}` : '';
  switch (alert.status) {
    case 'opened':
      return `opened ${clock(time)} · ${events}${during}`;
    case 'updated':
      return `${alert.escalated ? `escalated to ${severity}` : 'goes on'} ${clock(time)} · ${events}${during}`;
    case 'ended':
      return `ended, quiet since ${clock(alert.last_seen)} · ${events}${during}`;
  }
}

function whoOf({ entity, source, destination, host, user }: AlertChange): string {
  const from = source === undefined ? entity : `${source.ip}${source.attributed ? ' (by its session)' : ''}`;
  const to = [destination?.ip, host?.name].filter((name) => name !== undefined && name !== from).join(' ');
  const people = [user?.name, user?.target?.name].filter((name) => name !== undefined).join(' as ');
  return `${from}${to === '' ? '' : ` → ${to}`}${people === '' ? '' : ` · user ${people}`}`;
}

interface Piece {
  readonly text: string;
  readonly marked: boolean;
}

/** The record on one line; matched parts underlined, or pointed at from a second line where there is no colour. */
function evidenceLines(evidence: AlertEvidence, room: number, style: TextStyle): string[] {
  const pieces = cutPieces(piecesOf(evidence, room), room);
  if (style.colour)
    return [pieces.map(({ text, marked }) => (marked ? paint(text, MARKED, style) : text)).join('')];
  const line = pieces.map(({ text }) => text).join('');
  if (!pieces.some(({ marked }) => marked)) return [line];
  return [line, pieces.map(({ text, marked }) => (marked ? '^' : ' ').repeat(textWidth(text))).join('')];
}

/** The record in pieces that are safe to print, from its start or, if no match would be in view, from shortly before one. */
function piecesOf({ original, matches }: AlertEvidence, room: number): Piece[] {
  const spans = matchedSpans(original, matches);
  const first = spans[0];
  const isInView = first === undefined || textWidth(visible(original.slice(0, first[1]))) < room;
  const pieces: Piece[] = [];
  let at = isInView ? 0 : Math.max(0, first[0] - LEAD);
  if (at > 0) pieces.push({ text: '…', marked: false });
  for (const [start, end] of spans) {
    pieces.push({ text: visible(original.slice(at, start)), marked: false });
    pieces.push({ text: visible(original.slice(start, end)), marked: true });
    at = end;
  }
  pieces.push({ text: visible(original.slice(at)), marked: false });
  return pieces;
}

function cutPieces(pieces: readonly Piece[], room: number): Piece[] {
  const all = pieces.reduce((sum, { text }) => sum + textWidth(text), 0);
  if (all <= room) return [...pieces];
  const kept: Piece[] = [];
  let left = room - 1;
  for (const { text, marked } of pieces) {
    const taken = takeWidth(text, left);
    kept.push({ text: taken, marked });
    left -= textWidth(taken);
    if (taken !== text) break;
  }
  return [...kept, { text: '…', marked: false }];
}
