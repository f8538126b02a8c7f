import type { GroupValue } from '../model/signal.js';
import { formatDuration } from '../model/units.js';
import { longestGap } from './rhythm.js';
import type { Sender, SenderName } from './sender.js';

/** Senders that are silent though they were regular: one, or those of an address or a source that fell silent together. */
export interface Silence {
  readonly kind: 'begun';
  /** What it is of: key and group of its alert. */
  readonly group: readonly GroupValue[];
  readonly entity: string;
  readonly host: string | null;
  /** Receive time of the oldest last word, ms. */
  readonly since: number;
  /** So many senders more. */
  readonly senders: number;
  /** The newest last word. */
  readonly last: { readonly seq: number; readonly index: number; readonly original: string };
  readonly reason: string;
}

/** They are heard again, or given up. */
export interface SilenceOver {
  readonly kind: 'over';
  readonly group: readonly GroupValue[];
}

export type SilenceNews = Silence | SilenceOver;

const SHOWN_NAMES = 3;
const SHOWN_CHARACTERS = 80;

/** Of one sender alone, at `now`, ms. */
export function silenceOf(sender: Sender, now: number): Silence {
  const usual = longestGap(sender.rhythm);
  const every = usual < 1000 ? 'second' : formatDuration(usual);
  return {
    kind: 'begun',
    group: groupOf(sender),
    entity: nameOf(sender),
    host: sender.host,
    since: sender.lastSeen,
    senders: 1,
    last: lastWord(sender),
    reason: `${described(sender)} was heard at least every ${every}, nothing for ${formatDuration(now - sender.quietSince)}`,
  };
}

/**
 * Of several. `address`: theirs, empty when they have more than one; `missing`: all of them, `more` of them not told of before;
 * `regular`: how many senders are expected there.
 */
export function silenceTogether(
  { source, address }: { readonly source: string; readonly address: string },
  { missing, more, regular }: { missing: readonly Sender[]; more: number; regular: number },
  now: number,
): Silence {
  const newest = missing.reduce((a, b) => (b.lastSeen > a.lastSeen ? b : a));
  const oldest = missing.reduce((a, b) => (b.lastSeen < a.lastSeen ? b : a));
  const { quietSince } = missing.reduce((a, b) => (b.quietSince > a.quietSince ? b : a));
  const quiet = formatDuration(now - quietSince);
  const place = address === '' ? `over ${source}` : `behind ${address} over ${source}`;
  const rest = missing.length - SHOWN_NAMES;
  const names = missing.slice(0, SHOWN_NAMES).map(nameOf).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
  return {
    kind: 'begun',
    group: groupTogether(source, address),
    entity: address === '' ? source : address,
    host: null,
    since: oldest.lastSeen,
    senders: more,
    last: lastWord(newest),
    reason: `${missing.length} of ${regular} regular senders ${place} are silent, nothing for ${quiet} or longer: ${names}`,
  };
}

export function groupOf({ source, address, identity, host }: SenderName): GroupValue[] {
  const group = groupTogether(source, address);
  if (identity !== null) group.push(['tls.client.subject', identity]);
  if (host !== null) group.push(['host.name', host]);
  return group;
}

export function groupTogether(source: string, address: string): GroupValue[] {
  const group: GroupValue[] = [['vedette.source', source]];
  if (address !== '') group.push(['log.source.address', address]);
  return group;
}

/** "web-01 (10.0.0.7 over syslog-udp)". */
function described(sender: Sender): string {
  const { host, address, source } = sender;
  if (host === null || host === address || address === '') return `${nameOf(sender)} over ${source}`;
  return `${nameOf(sender)} (${shorten(address)} over ${source})`;
}

function nameOf({ host, address, source }: SenderName): string {
  return shorten(host ?? (address === '' ? source : address));
}

function lastWord({ lastSeq, lastIndex, last }: Sender): Silence['last'] {
  return { seq: lastSeq, index: lastIndex, original: last };
}

function shorten(text: string): string {
  return text.length <= SHOWN_CHARACTERS ? text : `${text.slice(0, SHOWN_CHARACTERS)}…`;
}
