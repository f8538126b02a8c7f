import type { AlertBookSnapshot, SavedAlert } from '../alerts/alert-book.js';
import type { IncidentBookSnapshot } from '../alerts/incident-book.js';
import type { OpenIncident } from '../alerts/open-incident.js';
import type { WatchSnapshot } from '../anomaly/watch.js';
import type { SavedGroups } from '../correlation/group-saver.js';
import type { SessionSnapshot } from '../correlation/sessions.js';
import { inPieces } from '../model/pieces.js';
import type { Silence } from '../model/silence.js';
import type { SenderWatchSnapshot } from '../senders/watch.js';
import { ClearError } from '../telemetry/outside-fault.js';
import type { DayCountSnapshot } from './day-count.js';
import { fromFormat11 } from './format-11.js';

/** Everything a core knows. What may be much is gone through once. */
export interface SavedCore {
  readonly sessions: SessionSnapshot;
  readonly heavyOwners: readonly string[];
  readonly alerts: AlertBookSnapshot;
  readonly incidents: IncidentBookSnapshot;
  /** Null = it is off. */
  readonly anomaly: WatchSnapshot | null;
  readonly senders: SenderWatchSnapshot | null;
  readonly suppressed: number;
  readonly silences: readonly Silence[];
  readonly day: DayCountSnapshot;
  /** What the daemon's clock told last, ms. */
  readonly clock: number;
  readonly groups: Iterable<SavedGroups>;
}

/** Bump when what is saved changes: the format before is brought up to it, any other refused, not misread. */
const FORMAT = 12;

/** All that is little. */
interface FirstPart extends Pick<SavedCore, 'heavyOwners' | 'suppressed' | 'silences' | 'day' | 'clock'> {
  readonly format: number;
  readonly nextSession: SessionSnapshot['nextId'];
  readonly alerts: Omit<AlertBookSnapshot, 'open'>;
}

type LaterPart =
  | { readonly of: 'anomaly'; readonly items: readonly WatchSnapshot[] }
  | { readonly of: 'hosts'; readonly items: SessionSnapshot['hosts'] }
  | { readonly of: 'alerts'; readonly items: readonly SavedAlert[] }
  | { readonly of: 'incidents'; readonly items: readonly OpenIncident[] }
  | { readonly of: 'senders'; readonly items: SenderWatchSnapshot['sources'] }
  | { readonly of: 'groups'; readonly items: readonly SavedGroups[] };

type ItemOf<Of extends LaterPart['of']> = Extract<LaterPart, { of: Of }>['items'][number];

/** Of each so many that they are some hundred KB at most. */
const HOSTS = 32;
const ALERTS = 16;
const INCIDENTS = 4;

/** As structured-cloneable parts, each made when it is asked for and to be written down before anything changes. */
export function* partsOf(saved: SavedCore): Generator<unknown, void> {
  const { sessions, alerts, incidents, anomaly, senders, groups, ...little } = saved;
  const { open, ...counts } = alerts;
  yield { format: FORMAT, nextSession: sessions.nextId, alerts: counts, ...little } satisfies FirstPart;
  for (const items of inPieces(sessions.hosts, HOSTS)) yield part({ of: 'hosts', items });
  for (const items of inPieces(open, ALERTS)) yield part({ of: 'alerts', items });
  for (const items of inPieces(incidents.open, INCIDENTS)) yield part({ of: 'incidents', items });
  if (anomaly !== null) yield part({ of: 'anomaly', items: [anomaly] });
  for (const source of senders?.sources ?? []) yield part({ of: 'senders', items: [source] });
  for (const some of groups) yield part({ of: 'groups', items: [some] });
}

/** Throws on parts of another format. */
export function savedCore(parts: Iterable<unknown>): SavedCore {
  const [first, ...later] = parts as Iterable<FirstPart & LaterPart>;
  const { format, nextSession, alerts, ...rest } = (first ?? {}) as FirstPart;
  if (format === FORMAT - 1) return savedCore(fromFormat11([first, ...later]));
  if (format !== FORMAT) throw new ClearError(`It is of format ${format ?? 'unknown'}, not ${FORMAT}.`);
  const all = <Of extends LaterPart['of']>(of: Of): ItemOf<Of>[] =>
    later.filter((one) => one.of === of).flatMap(({ items }) => items as ItemOf<Of>[]);
  return {
    ...rest,
    sessions: { hosts: all('hosts'), nextId: nextSession },
    alerts: { ...alerts, open: all('alerts') },
    incidents: { open: all('incidents') },
    anomaly: all('anomaly')[0] ?? null,
    senders: { sources: all('senders') },
    groups: all('groups'),
  };
}

function part(later: LaterPart): LaterPart {
  return later;
}
