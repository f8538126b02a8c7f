import { join } from 'node:path';
import { forEachRecord } from '../../src/model/chunk-records.js';
import { readLog } from '../../src/storage/log/read-log.js';

/** Every record that the event log holds of a source, in order; also while the daemon writes it. */
export function storedLines(folder: string, source: string): string[] {
  const lines: string[] = [];
  for (const chunk of readLog(join(folder, 'data', 'events'), (path, error) => {
    throw new Error(`${path}: ${error}`);
  })) {
    if (chunk.source === source) forEachRecord(chunk, (text) => lines.push(text));
  }
  return lines;
}
