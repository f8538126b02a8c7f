import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { AlertChange } from '../model/alert.js';
import { uuidV5, VEDETTE_NAMESPACE } from '../model/uuid.js';
import { asDeliveryError, makeFolder, replaceFile, syncFolder } from './files.js';
import { commonOptions, defineSink, type OutboxItem, type Sink } from './sink.js';
import { createdIn, stixBundle } from './stix/bundle.js';

const DAY_MS = 86_400_000;
/** How far back a late event can move the beginning of an alert, in days. */
const LATE_DAYS = 2;

const options = z.strictObject({
  ...commonOptions,
  type: z.literal('stix'),
  dir: z.string().min(1).default('./alerts'),
});

/** `<dir>/<day of first_seen>/<alert id>.json`: one bundle per alert, replaced by its latest revision. */
export const stix = defineSink({
  type: 'stix',
  summary: 'One STIX 2.1 bundle file per alert, always its latest revision.',
  options,
  create: ({ dir }): Sink => ({
    open: (): Promise<void> => asDeliveryError(`cannot write to ${dir}`, () => makeFolder(dir)),
    deliver: (items): Promise<null> =>
      asDeliveryError(`cannot write to ${dir}`, () => writeBundles(dir, items)),
    reopen: async () => {},
    close: async () => {},
  }),
});

/** Writing a bundle again gives the same file, so there is nothing to undo after a crash and no state to keep. */
async function writeBundles(dir: string, items: readonly OutboxItem[]): Promise<null> {
  const latest = new Map(items.map(({ change }) => [change.alert.id, change]));
  const folders = new Set([dir]);
  for (const change of latest.values()) {
    const earlier = change.alert.revision > 1 ? await findEarlier(dir, change) : null;
    const path = earlier?.path ?? pathOf(dir, dayOf(change), change);
    await makeFolder(dirname(path));
    await replaceFile(path, `${JSON.stringify(stixBundle(change, earlier?.created), null, 2)}\n`);
    folders.add(dirname(path));
  }
  for (const folder of folders) await syncFolder(folder);
  return null;
}

/**
 * The bundle of an earlier revision. Events that come late can move `first_seen` back, over midnight too: then the file
 * stays where it is, one per alert.
 */
async function findEarlier(
  dir: string,
  change: AlertChange,
): Promise<{ path: string; created?: string } | null> {
  const since = Date.parse(change.alert.first_seen);
  const later = Array.from({ length: LATE_DAYS }, (_, i) => new Date(since + (i + 1) * DAY_MS));
  const days = later
    .filter((day) => !Number.isNaN(day.getTime()))
    .map((day) => day.toISOString().slice(0, 10));
  for (const day of [dayOf(change), ...days]) {
    const path = pathOf(dir, day, change);
    const text = await readFile(path, 'utf8').catch(() => null);
    if (text !== null) return { path, created: createdIn(text) };
  }
  return null;
}

function dayOf({ alert }: AlertChange): string {
  return /^\d{4}-\d{2}-\d{2}T/.test(alert.first_seen) ? alert.first_seen.slice(0, 10) : 'undated';
}

/** The id is checked: nothing of an alert may lead out of the folder. */
function pathOf(dir: string, day: string, { alert }: AlertChange): string {
  const id = /^[0-9a-f-]{36}$/.test(alert.id) ? alert.id : uuidV5(VEDETTE_NAMESPACE, alert.id);
  return join(dir, day, `${id}.json`);
}
