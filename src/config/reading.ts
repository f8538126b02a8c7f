import { readFileSync } from 'node:fs';
import { KEYS_VERSION, textHash } from '../model/event-keys.js';
import type { Config } from './schema.js';

/**
 * A number for how the records of a source are read: the version of the program and of the keys that it makes of them, what the
 * configuration says of the source, and its extractors. What was found out about records under another reading may not be true any more. Never 0.
 */
export function readingsBySource(config: Pick<Config, 'sources' | 'extractors'>): (source: string) => number {
  const known = new Map<string, number>();
  return (name) => {
    let reading = known.get(name);
    if (reading === undefined) {
      reading = readingOf(config, name);
      known.set(name, reading);
    }
    return reading;
  };
}

function readingOf({ sources, extractors }: Pick<Config, 'sources' | 'extractors'>, name: string): number {
  const source = sources.find((one) => one.name === name);
  const own = extractors.filter((one) => one.source === undefined || one.source === name);
  return textHash(
    JSON.stringify([
      ...[VERSION, KEYS_VERSION, name],
      ...[source?.format, source?.timezone, source?.logsource ?? null, own],
    ]),
  );
}

const VERSION = (
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
).version;
