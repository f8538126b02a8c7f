import { join } from 'node:path';
import { forEachRecord } from '../../src/model/chunk-records.js';
import { EventLog } from '../../src/storage/log/event-log.js';

/** Every record that the event log holds of a source, in order; SQLite in WAL mode lets it be read beside the daemon. */
export function storedLines(folder: string, source: string): string[] {
  const log = new EventLog({ dir: join(folder, 'data', 'events'), maxAgeMs: 1e12, maxBytes: 1e12 });
  const lines: string[] = [];
  for (const chunk of log.read(0, (path, error) => {
    throw new Error(`${path}: ${error}`);
  })) {
    if (chunk.source === source) forEachRecord(chunk, (text) => lines.push(text));
  }
  log.close();
  return lines;
}
