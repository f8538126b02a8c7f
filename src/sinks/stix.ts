import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { type Change, identityOf, isIncident } from '../model/change.js';
import type { IncidentChange } from '../model/incident.js';
import { durationField } from '../model/settings.js';
import { uuidV5, VEDETTE_NAMESPACE } from '../model/uuid.js';
import { asDeliveryError, makeFolder, replaceFile, syncFolder } from './files.js';
import { commonOptions, defineSink, type OutboxItem, type Sink } from './sink.js';
import { createdIn, incidentBundle, readBundle, type StixBundle, stixBundle } from './stix/bundle.js';

const DAY_MS = 86_400_000;
/** How far back a late event can move the beginning of an alert, in days. */
const LATE_DAYS = 2;
/** Bundles whose place is remembered: about 200 bytes each. */
const MAX_KNOWN = 10_000;

const options = z.strictObject({
  ...commonOptions,
  type: z.literal('stix'),
  dir: z.string().min(1).default('./alerts'),
  /** How long it rests after it has written; 0 = it writes each change. */
  every: durationField.prefault('5s'),
});

/**
 * `<dir>/<day of first_seen>/<alert id>.json`: one bundle per alert, replaced by its latest revision. Those of incidents,
 * with all that the bundles of their alerts hold, below `<dir>/incidents`.
 */
export const stix = defineSink({
  type: 'stix',
  summary: 'One STIX 2.1 bundle file per alert and per incident, always its latest revision.',
  options,
  create: ({ dir, every }): Sink => {
    const known = new Map<string, Known>();
    return {
      newestOnly: { restMs: every },
      open: (): Promise<void> => asDeliveryError(`cannot write to ${dir}`, () => makeFolder(dir)),
      deliver: (items): Promise<null> =>
        asDeliveryError(`cannot write to ${dir}`, () => writeBundles(dir, items, known)),
      reopen: async () => known.clear(),
      close: async () => {},
    };
  },
});

/** Of a bundle that was written before, and need not be read for it. */
interface Known {
  readonly path: string;
  readonly created: string | undefined;
}

/** Writing a bundle again gives the same file, so there is nothing to undo after a crash and no state to keep. */
async function writeBundles(
  dir: string,
  items: readonly OutboxItem[],
  known: Map<string, Known>,
): Promise<null> {
  const latest = new Map(items.map(({ change }) => [identityOf(change).id, change]));
  const folders = new Set([dir]);
  // An incident's bundle reads those of its alerts.
  const inOrder = [...latest.values()].sort((a, b) => Number(isIncident(a)) - Number(isIncident(b)));
  for (const change of inOrder) {
    const seen = seenOf(change);
    const earlier =
      identityOf(change).revision > 1 ? (known.get(seen.id) ?? (await lookFor(dir, seen))) : null;
    const path = earlier?.path ?? pathOf(dir, dayOf(seen), seen);
    const bundle = isIncident(change)
      ? incidentBundle(change, await bundlesOf(dir, change), earlier?.created)
      : stixBundle(change, earlier?.created);
    const folder = dirname(path);
    await asDeliveryError(`cannot write to ${path}`, async () => {
      if (!folders.has(folder)) await makeFolder(folder);
      folders.add(folder);
      await replaceFile(path, `${JSON.stringify(bundle, null, 2)}\n`);
    });
    remember(known, seen.id, { path, created: createdIn(bundle) });
  }
  for (const folder of folders) await syncFolder(folder);
  return null;
}

/** The newest last; the oldest makes room. */
function remember(known: Map<string, Known>, id: string, bundle: Known): void {
  known.delete(id);
  known.set(id, bundle);
  if (known.size > MAX_KNOWN) known.delete(known.keys().next().value!);
}

async function lookFor(dir: string, seen: Seen): Promise<Known | null> {
  const found = await findBundle(dir, seen);
  return found === null ? null : { path: found.path, created: createdIn(found.bundle) };
}

/** What a file is found by. */
interface Seen {
  readonly id: string;
  readonly first_seen: string;
  readonly folder: '.' | 'incidents';
}

function seenOf(change: Change): Seen {
  return isIncident(change) ? { ...change.incident, folder: 'incidents' } : { ...change.alert, folder: '.' };
}

async function bundlesOf(dir: string, { timeline }: IncidentChange): Promise<StixBundle[]> {
  const bundles: StixBundle[] = [];
  for (const { alert, first_seen } of timeline) {
    const found = await findBundle(dir, { id: alert.id, first_seen, folder: '.' });
    if (found !== null) bundles.push(found.bundle);
  }
  return bundles;
}

/**
 * The bundle of an earlier revision. Events that come late can move `first_seen` back, over midnight too: then the file
 * stays where it is, one per alert.
 */
async function findBundle(dir: string, seen: Seen): Promise<{ path: string; bundle: StixBundle } | null> {
  const since = Date.parse(seen.first_seen);
  const later = Array.from({ length: LATE_DAYS }, (_, i) => new Date(since + (i + 1) * DAY_MS));
  const days = later
    .filter((day) => !Number.isNaN(day.getTime()))
    .map((day) => day.toISOString().slice(0, 10));
  for (const day of [dayOf(seen), ...days]) {
    const path = pathOf(dir, day, seen);
    const text = await readFile(path, 'utf8').catch(() => null);
    const bundle = text === null ? null : readBundle(text);
    if (bundle !== null) return { path, bundle };
  }
  return null;
}

function dayOf({ first_seen }: Seen): string {
  return /^\d{4}-\d{2}-\d{2}T/.test(first_seen) ? first_seen.slice(0, 10) : 'undated';
}

/** The id is checked: nothing of an alert may lead out of the folder. */
function pathOf(dir: string, day: string, { id, folder }: Seen): string {
  const name = /^[0-9a-f-]{36}$/.test(id) ? id : uuidV5(VEDETTE_NAMESPACE, id);
  return join(dir, folder, day, `${name}.json`);
}
