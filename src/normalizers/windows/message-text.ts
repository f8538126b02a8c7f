import { codeAt } from '../../model/code-at.js';
import type { JsonObject } from '../../model/json.js';
import { lift } from '../lift.js';
import { MESSAGE_TEMPLATES, type MessageTemplate } from './message-templates.js';

/** Begins what 4688 explains behind its last value. */
const EXPLANATION = 'Token Elevation Type indicates ';
const LONGEST_WORD = 24;

/**
 * Adds what the text of an event says to the record's fields, under the names that EventData has, for shippers that send
 * the text alone. Values are as EventData has them where Windows shows others for them.
 *
 * Some values are free text that may imitate labels. What stands before the first of them is read from the front, what
 * stands behind the last from the end, and what lies between only where both ways find the same.
 */
export function liftMessageText(fields: JsonObject, channel: string | null, eventId: number): void {
  const { Message: message } = fields;
  const reader =
    channel === (eventId === SERVICE_INSTALLED ? 'System' : 'Security') ? READERS.get(eventId) : undefined;
  if (reader === undefined || typeof message !== 'string') return;
  const explained = eventId === 4688 ? message.lastIndexOf(EXPLANATION) : -1;
  const text = explained < 0 ? message : message.slice(0, explained);
  readValues(text, reader, fromFront(text, reader), fromEnd(text, reader), fields);
}

function readValues(
  text: string,
  { template, firstFree, lastFree }: Reader,
  front: readonly number[],
  back: readonly number[],
  fields: JsonObject,
): void {
  const isCertain = front.every((colon, i) => i <= firstFree || i > lastFree || colon === back[i]);
  let end = text.length;
  for (let i = template.length - 1; i >= 0; i--) {
    const { label, name, isWord, isWide } = template[i]!;
    if (!isCertain && i > firstFree && i <= lastFree && !(isWide && i === lastFree)) {
      // The value before it ends where nobody can say.
      end = -1;
      continue;
    }
    const colon = i > lastFree ? back[i]! : front[i]!;
    if (colon < 0) continue;
    if (name !== '' && end >= 0 && (isCertain || i !== firstFree))
      set(fields, name, isWord ? firstWord(text, colon + 1) : text.slice(colon + 1, end).trim());
    end = colon - label.length;
  }
}

const SERVICE_INSTALLED = 7045;

/** A template, prepared. */
interface Reader {
  readonly template: MessageTemplate;
  readonly byLastWord: ReadonlyMap<string, readonly Label[]>;
  /** Index of the first and the last free label; their number where there are none. */
  readonly firstFree: number;
  readonly lastFree: number;
}

/** One label, and where it stands in the template; the longer before the shorter. */
interface Label {
  readonly label: string;
  readonly rows: number[];
}

const READERS: ReadonlyMap<number, Reader> = new Map(
  [...MESSAGE_TEMPLATES].map(([id, template]) => [id, prepare(template)]),
);

function prepare(template: MessageTemplate): Reader {
  const byLastWord = new Map<string, Label[]>();
  for (const [row, { label }] of template.entries()) {
    const word = label.slice(label.lastIndexOf(' ') + 1);
    const labels = byLastWord.get(word) ?? [];
    byLastWord.set(word, labels);
    const known = labels.find((other) => other.label === label);
    if (known === undefined) labels.push({ label, rows: [row] });
    else known.rows.push(row);
  }
  for (const labels of byLastWord.values()) labels.sort((a, b) => b.label.length - a.label.length);
  const free = template.flatMap(({ isFree }, row) => (isFree ? [row] : []));
  const none = template.length;
  return { template, byLastWord, firstFree: free[0] ?? none, lastFree: free.at(-1) ?? none };
}

/** Where the colon of each label stands, each the first behind those before it; -1 = nowhere. */
function fromFront(text: string, reader: Reader): number[] {
  const colons = reader.template.map(() => -1);
  let last = -1;
  for (let colon = text.indexOf(':'); colon >= 0; colon = text.indexOf(':', colon + 1)) {
    const row = rowsOf(text, colon, reader).find((i) => i > last);
    if (row === undefined) continue;
    colons[row] = colon;
    last = row;
  }
  return colons;
}

/** The same, each the last before those behind it. */
function fromEnd(text: string, reader: Reader): number[] {
  const colons = reader.template.map(() => -1);
  let last = reader.template.length;
  for (let colon = text.lastIndexOf(':'); colon > 0; colon = text.lastIndexOf(':', colon - 1)) {
    const row = rowsOf(text, colon, reader).findLast((i) => i < last);
    if (row === undefined) continue;
    colons[row] = colon;
    last = row;
  }
  return colons;
}

const NONE: readonly number[] = [];

/** Where the template has the label that ends at a colon. */
function rowsOf(text: string, colon: number, { byLastWord }: Reader): readonly number[] {
  let at = colon;
  while (at > 0 && colon - at <= LONGEST_WORD && codeAt(text, at - 1) > 32) at--;
  for (const { label, rows } of byLastWord.get(text.slice(at, colon)) ?? []) {
    const start = colon - label.length;
    if (start >= 0 && codeAt(text, start - 1) <= 32 && text.startsWith(label, start)) return rows;
  }
  return NONE;
}

function set(fields: JsonObject, name: string, shown: string): void {
  const value = name.endsWith('Sid') ? sidOf(shown) : (VALUES.get(name)?.get(shown) ?? shown);
  if (value !== '') lift(fields, name, value);
}

function firstWord(text: string, from: number): string {
  let start = from;
  while (start < text.length && text.charCodeAt(start) <= 32) start++;
  let end = start;
  while (end < text.length && text.charCodeAt(end) > 32) end++;
  return text.slice(start, end);
}

/** Accounts of the same SID everywhere, in the names that are shown for it. */
const SIDS: ReadonlyMap<string, string> = new Map([
  ['NULL SID', 'S-1-0-0'],
  ['ANONYMOUS LOGON', 'S-1-5-7'],
  ['SYSTEM', 'S-1-5-18'],
  ['LOCAL SERVICE', 'S-1-5-19'],
  ['NETWORK SERVICE', 'S-1-5-20'],
]);
const AUTHORITY = 'NT AUTHORITY\\';

/** Empty where a name is shown instead of it. */
function sidOf(shown: string): string {
  if (shown.startsWith('S-1-')) return shown;
  return SIDS.get(shown.startsWith(AUTHORITY) ? shown.slice(AUTHORITY.length) : shown) ?? '';
}

const YES_NO = new Map([
  ['Yes', '%%1842'],
  ['No', '%%1843'],
]);

/** What Windows shows, and the numbers of its message table that rules ask for. */
const VALUES: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map([
  ['VirtualAccount', YES_NO],
  ['ElevatedToken', YES_NO],
  [
    'ImpersonationLevel',
    new Map([
      ['Identification', '%%1832'],
      ['Impersonation', '%%1833'],
      ['Delegation', '%%1840'],
    ]),
  ],
  [
    'TokenElevationType',
    new Map([
      ['TokenElevationTypeDefault (1)', '%%1936'],
      ['TokenElevationTypeFull (2)', '%%1937'],
      ['TokenElevationTypeLimited (3)', '%%1938'],
    ]),
  ],
  [
    'MandatoryLabel',
    new Map(
      Object.entries({ Untrusted: 0, Low: 4096, Medium: 8192, High: 12_288, System: 16_384 }).map(
        ([level, id]) => [`Mandatory Label\\${level} Mandatory Level`, `S-1-16-${id}`],
      ),
    ),
  ],
  [
    'Direction',
    new Map([
      ['Inbound', '%%14592'],
      ['Outbound', '%%14593'],
    ]),
  ],
  [
    'OperationType',
    new Map([
      ['Value Added', '%%14674'],
      ['Value Deleted', '%%14675'],
      ['New registry value created', '%%1904'],
      ['Existing registry value modified', '%%1905'],
      ['Registry value deleted', '%%1906'],
    ]),
  ],
]);
