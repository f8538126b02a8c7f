import { pino } from 'pino';
import { identityOf } from '../../src/model/change.js';
import type { SinkContext } from '../../src/sinks/sink.js';

export function sinkContext(parts: Partial<SinkContext> = {}): SinkContext {
  return {
    name: 'test',
    origin: 'a1b2c3d4e5f60718',
    log: pino({ level: 'silent' }),
    now: () => Date.parse('2026-11-20T10:00:00Z'),
    stdout: async () => {},
    textOf: (change) => `${identityOf(change).id}/${identityOf(change).revision}\n`,
    ...parts,
  };
}
