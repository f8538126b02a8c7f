import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HostSessions } from '../../src/correlation/host-sessions.js';
import type { SessionSignal, Subject } from '../../src/model/signal.js';
import { NOBODY } from './helpers.js';

const MAX_SESSIONS = 40;
const MAX_AGE = 5000;

const subject: fc.Arbitrary<Subject> = fc
  .record({
    sourceIp: fc.option(fc.constantFrom('192.0.2.1', '192.0.2.2')),
    user: fc.option(fc.constantFrom('root', 'alice', 'bob'), { freq: 20 }),
    targetUser: fc.option(fc.constantFrom('root', 'alice')),
    program: fc.constantFrom('sshd', 'sudo', 'useradd'),
    pid: fc.option(fc.nat({ max: 60 })),
    tty: fc.option(fc.constantFrom('pts/0', 'pts/1')),
    sessionId: fc.option(fc.nat({ max: 60 }).map(String)),
  })
  .map((some) => ({ ...NOBODY, host: 'web-01', ...some }));

const signal = fc.record({
  change: fc.constantFrom('open', 'open', 'open', 'open', 'close'),
  session: fc.constantFrom('login', 'login', 'elevated'),
  subject,
  later: fc.constantFrom(-5, 1, 10, 10, 100, 3000),
});

function tell(sessions: HostSessions, signal: SessionSignal): void {
  sessions.expire(signal.time - MAX_AGE);
  if (signal.change === 'open') sessions.open(signal, signal.index);
  else sessions.close(signal);
  if (sessions.size > MAX_SESSIONS) sessions.dropOldest();
}

describe('many sessions of one host', () => {
  it('are found, opened and closed as if all were looked through', () => {
    fc.assert(
      fc.property(
        fc.array(signal, { minLength: 60, maxLength: 150 }),
        fc.array(subject, { minLength: 3, maxLength: 3 }),
        (history, asked) => {
          let indexed = new HostSessions([], 2);
          const searched = new HostSessions([], Number.POSITIVE_INFINITY);
          let time = 0;
          for (const [index, { later, ...told }] of history.entries()) {
            time += later;
            tell(indexed, { kind: 'session', ...told, index, time });
            tell(searched, { kind: 'session', ...told, index, time });
            expect(indexed.snapshot()).toEqual(searched.snapshot());
            for (const one of asked) {
              const found = indexed.sourceOf(one, time - MAX_AGE, time);
              // One just made knows no answers of before.
              const anew = new HostSessions(searched.snapshot(), Number.POSITIVE_INFINITY);
              expect(found).toEqual(anew.sourceOf(one, time - MAX_AGE, time));
            }
            if (index % 40 === 0) indexed = new HostSessions(structuredClone(indexed.snapshot()), 2);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
