import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RuleSignal, SessionSignal, Signal, Subject } from '../src/model/signal.js';
import { decodeSignals, encodeSignals } from '../src/signal-codec.js';

const ORIGIN = { seq: 7, source: 'tcp', clock: 1_000, ruleId: (rule: number) => `rule-${rule}` };

/** Few different ones, so that they repeat as they do in a log; some that are easily mixed up. */
const text = fc.oneof(
  fc.constantFrom('', '0', '-1', 'root', '203.0.113.7', 'ä', '\u{1f600}', 'a"\n\\', '__proto__'),
  fc.string({ unit: 'binary' }),
);
const optional = fc.option(text);
const subject: fc.Arbitrary<Subject> = fc.record({
  sourceIp: optional,
  host: optional,
  user: optional,
  targetUser: optional,
  program: optional,
  pid: fc.option(fc.oneof(fc.constantFrom(0, -1, 1.5), fc.nat())),
  tty: optional,
  sessionId: optional,
  destinationIp: optional,
});
const time = fc.integer({ min: -8.64e15, max: 8.64e15 });

const session: fc.Arbitrary<SessionSignal> = fc.record({
  kind: fc.constant('session' as const),
  change: fc.constantFrom('open', 'close'),
  session: fc.constantFrom('login', 'elevated'),
  subject,
  index: fc.nat(),
  time,
});

const match = fc.record({ selection: text, field: optional, pattern: text, value: text });
const rule: fc.Arbitrary<RuleSignal> = fc
  .record({
    rule: fc.nat({ max: 20 }),
    subject,
    values: fc.array(optional, { maxLength: 4 }),
    hits: fc.array(fc.tuple(fc.nat(), time, fc.integer({ min: 1, max: 1e6 })), {
      minLength: 1,
      maxLength: 5,
    }),
    original: text,
    matches: fc.option(fc.array(match, { maxLength: 3 })),
    peer: optional,
  })
  .map(({ rule, subject, values, hits, original, matches, peer }) => {
    const place = { seq: ORIGIN.seq, index: hits[0]![0], original };
    const origin = { rule: ORIGIN.ruleId(rule), source: ORIGIN.source, clock: ORIGIN.clock, peer };
    const evidence = matches === null ? { ...place, matches, origin } : { ...place, matches };
    return { kind: 'rule', rule, subject, values, hits: hits.flat(), evidence };
  });

describe('signals between threads', () => {
  it('are the same behind as before', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(session, rule), { maxLength: 20 }), (signals: Signal[]) => {
        const packed = encodeSignals(signals);
        const { numbers } = packed;
        expect(decodeSignals(structuredClone(packed, { transfer: [numbers.buffer] }), ORIGIN)).toEqual(
          signals,
        );
      }),
    );
  });

  it('may be more than were ever packed before', () => {
    const one: SessionSignal = fc.sample(session, 1)[0]!;
    const many = Array.from({ length: 3000 }, (_, index) => ({ ...one, index }));
    expect(decodeSignals(encodeSignals(many), ORIGIN)).toEqual(many);
  });

  it('carry a text that repeats once', () => {
    const named = { sourceIp: '203.0.113.7', host: 'web-01', user: 'root', program: 'sshd' };
    const nobody = { targetUser: null, pid: null, tty: null, sessionId: null, destinationIp: null };
    const one: SessionSignal = {
      kind: 'session',
      change: 'open',
      session: 'login',
      subject: { ...named, ...nobody },
      index: 0,
      time: 0,
    };
    expect(encodeSignals([one, { ...one, index: 1 }]).texts).toEqual(Object.values(named));
  });
});
