import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { AlertChange } from '../model/alert.js';
import { uuidV5, VEDETTE_NAMESPACE } from '../model/uuid.js';
import { asDeliveryError, makeFolder, replaceFile, syncFolder } from './files.js';
import { commonOptions, defineSink, type OutboxItem, type Sink } from './sink.js';
import { stixBundle } from './stix/bundle.js';

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
  const latest = new Map(items.map(({ change }) => [pathOf(dir, change), change]));
  const folders = new Set([...latest.keys()].map((path) => dirname(path)));
  for (const folder of folders) await makeFolder(folder);
  for (const [path, change] of latest)
    await replaceFile(path, `${JSON.stringify(stixBundle(change), null, 2)}\n`);
  for (const folder of [...folders, dir]) await syncFolder(folder);
  return null;
}

/** Names from the alert are checked: none may lead out of the folder. */
function pathOf(dir: string, { alert }: AlertChange): string {
  const day = /^\d{4}-\d{2}-\d{2}T/.test(alert.first_seen) ? alert.first_seen.slice(0, 10) : 'undated';
  const id = /^[0-9a-f-]{36}$/.test(alert.id) ? alert.id : uuidV5(VEDETTE_NAMESPACE, alert.id);
  return join(dir, day, `${id}.json`);
}
