import type { ThreatTactic, ThreatTechnique } from '../model/alert.js';
import type { IncidentScope } from './scope.js';

/** What one alert adds to the sentence. */
export interface TitlePart {
  readonly tactics: readonly ThreatTactic[];
  readonly techniques: readonly ThreatTechnique[];
}

const MAX_PHRASES = 6;
const MAX_HOSTS = 2;

/** In the past tense, for "203.0.113.7 …". A sub-technique without one takes its technique's. */
const TECHNIQUE_PHRASES: Readonly<Record<string, string>> = {
  T1003: 'read stored credentials',
  T1021: 'logged in from host to host',
  T1018: 'looked for hosts',
  T1046: 'scanned ports',
  T1059: 'ran commands',
  T1068: 'broke out of its rights',
  T1070: 'covered its tracks',
  T1071: 'called home',
  T1078: 'logged in',
  T1098: 'changed an account',
  T1105: 'fetched tools',
  T1110: 'guessed passwords',
  'T1110.003': 'sprayed passwords',
  'T1110.004': 'tried stolen passwords',
  T1136: 'made a new account',
  T1190: 'attacked a web application',
  T1486: 'encrypted files',
  T1490: 'made recovery impossible',
  T1505: 'planted a web shell',
  T1543: 'planted a service',
  T1053: 'planted a scheduled task',
  T1548: 'became root',
  T1562: 'switched off defenses',
  T1595: 'scanned ports',
  'T1595.003': 'searched for web pages',
  T1621: 'pestered for a second factor',
};

const TACTIC_PHRASES: Readonly<Record<string, string>> = {
  TA0043: 'scouted',
  TA0042: 'prepared',
  TA0001: 'tried to get in',
  TA0002: 'ran something',
  TA0003: 'dug in',
  TA0004: 'gained rights',
  TA0005: 'hid itself',
  TA0112: 'weakened defenses',
  TA0006: 'tried to get credentials',
  TA0007: 'looked around',
  TA0008: 'moved on to other hosts',
  TA0009: 'gathered data',
  TA0011: 'called home',
  TA0010: 'took data out',
  TA0040: 'did damage',
};

/** "203.0.113.7 scanned ports, guessed passwords, logged in, became root on web-01": in the order of `parts`. */
export function incidentTitle(
  { name, isGroup }: IncidentScope,
  parts: readonly TitlePart[],
  hosts: readonly string[],
  rules: readonly string[],
): string {
  const phrases = [...new Set(parts.flatMap(phrasesOf))];
  const elsewhere = hosts.filter((host) => name !== host && !name.endsWith(`@${host}`));
  const what = listed(phrases.length === 0 ? rules : phrases, MAX_PHRASES);
  const who = isGroup ? `Against ${name}: ` : phrases.length === 0 ? `${name}: ` : `${name} `;
  return `${who}${what}${elsewhere.length === 0 ? '' : ` on ${listed(elsewhere, MAX_HOSTS)}`}`;
}

/** Of its techniques; of its tactics where none of them has one. */
function phrasesOf({ tactics, techniques }: TitlePart): string[] {
  const said = techniques.flatMap(
    ({ id }) => TECHNIQUE_PHRASES[id] ?? TECHNIQUE_PHRASES[id.slice(0, 5)] ?? [],
  );
  return said.length > 0 ? said : tactics.flatMap(({ id }) => TACTIC_PHRASES[id] ?? []);
}

function listed(texts: readonly string[], most: number): string {
  const more = texts.length - most;
  const shown = texts.slice(0, most).join(', ');
  return more > 0 ? `${shown} and ${more} more` : shown;
}
