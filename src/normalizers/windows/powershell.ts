import type { Event } from '../../model/event.js';
import { type Json, type JsonObject, ownField } from '../../model/json.js';
import { setField } from '../raw-fields.js';
import { textField } from '../values.js';
import { setQualifiedUser } from './fields.js';

/** What Windows PowerShell writes as `\tName=value` lines into the one value of its events 400, 600 and 800. */
const NAMES: ReadonlySet<string> = new Set([
  ...['NewEngineState', 'PreviousEngineState', 'ProviderName', 'NewProviderState', 'NewCommandState'],
  ...['DetailSequence', 'DetailTotal', 'SequenceNumber', 'UserId', 'HostName', 'HostVersion', 'HostId'],
  ...['HostApplication', 'EngineVersion', 'RunspaceId', 'PipelineId', 'CommandName', 'CommandType'],
  ...['ScriptName', 'CommandPath', 'CommandLine'],
]);
const LONGEST_NAME = 'PreviousEngineState'.length;
const HOST_APPLICATION = 'HostApplication=';
const BEHIND_IT = 'EngineVersion=';

/**
 * `Data` is what Sigma's rules search. Who sends the rendered text alone, as NXLog does, has it in there. The pairs are added
 * under their names. What was typed stands in `HostApplication` and may hold pairs, too: what comes before it counts where it
 * stands first, what comes behind it where it stands last.
 */
export function mapClassicPowerShell(event: Event, fields: JsonObject): void {
  let text = textOf(ownField(fields, 'Data'));
  if (text === null) {
    text = textField(fields, 'Message') ?? textField(fields, 'message') ?? ofSyslog(event);
    if (text === null) return;
    setField(event.record, 'Data', text);
  }
  const typed = firstWord(text, HOST_APPLICATION);
  const behind = lastWord(text, BEHIND_IT);
  const end = behind > typed ? behind : text.length;
  for (const [name, value] of pairsOf(typed < 0 ? text : text.slice(0, typed)))
    setField(event.record, name, value);
  if (event['user.name'] === null) setQualifiedUser(event, textField(fields, 'UserId'));
  if (typed < 0) return;
  const application = text.slice(typed + HOST_APPLICATION.length, end).trim();
  if (application !== '') {
    setField(event.record, 'HostApplication', application);
    event['process.command_line'] = application;
  }
  for (const [name, value] of pairsOf(text.slice(end))) setField(event.record, name, value);
}

/** Of nameless values the one that has the pairs. */
function textOf(data: Json | undefined): string | null {
  if (typeof data === 'string') return data;
  if (!Array.isArray(data)) return null;
  const texts = data.filter((value) => typeof value === 'string');
  return texts.find((text) => text.includes('HostName=')) ?? texts.at(-1) ?? null;
}

/** As structured data it has the header alone. */
function ofSyslog(event: Event): string | null {
  return event.record.structuredData === null ? null : event.message;
}

/** Where it stands first with a blank before it; -1 = nowhere. */
function firstWord(text: string, word: string): number {
  let at = text.indexOf(word);
  while (at >= 0 && !isBlankBefore(text, at)) at = text.indexOf(word, at + 1);
  return at;
}

function lastWord(text: string, word: string): number {
  let at = text.lastIndexOf(word);
  while (at > 0 && !isBlankBefore(text, at)) at = text.lastIndexOf(word, at - 1);
  return at;
}

/** Each value ends where the next name begins; what is empty is left out. */
function* pairsOf(text: string): Generator<[string, string]> {
  let name: string | null = null;
  let from = 0;
  for (let at = text.indexOf('='); at >= 0; at = text.indexOf('=', at + 1)) {
    const start = wordBefore(text, at);
    if (!NAMES.has(text.slice(start, at)) || !isBlankBefore(text, start)) continue;
    if (name !== null) yield* pair(name, text.slice(from, start));
    name = text.slice(start, at);
    from = at + 1;
  }
  if (name !== null) yield* pair(name, text.slice(from));
}

function* pair(name: string, text: string): Generator<[string, string]> {
  const value = text.trim();
  if (value !== '') yield [name, value];
}

function wordBefore(text: string, end: number): number {
  let start = end;
  while (start > 0 && end - start <= LONGEST_NAME && isLetter(text.charCodeAt(start - 1))) start--;
  return start;
}

function isLetter(code: number): boolean {
  return (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a;
}

function isBlankBefore(text: string, at: number): boolean {
  return at === 0 || text.charCodeAt(at - 1) <= 0x20;
}
