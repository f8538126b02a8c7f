import { pino } from 'pino';
import type { SinkContext } from '../../src/sinks/sink.js';

export function sinkContext(parts: Partial<SinkContext> = {}): SinkContext {
  return {
    name: 'test',
    log: pino({ level: 'silent' }),
    now: () => Date.parse('2026-11-20T10:00:00Z'),
    stdout: async () => {},
    alertText: ({ alert, rule }) => `${alert.id}/${alert.revision} ${rule.name}\n`,
    ...parts,
  };
}
