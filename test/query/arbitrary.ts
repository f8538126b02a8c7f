import fc from 'fast-check';
import { Event } from '../../src/model/event.js';

/** Small vocabularies, so that random queries meet random events. */
const ADDRESSES = ['203.0.113.7', '203.0.113.70', '203.0.114.7', '10.0.0.1', '2001:db8::1'] as const;
const WORDS = [
  'root',
  'Root',
  'admin',
  'straße',
  'STRASSE',
  'İx',
  'web-01',
  'sshd',
  'a*b',
  'a"b\\c',
] as const;

export const events: fc.Arbitrary<Event> = fc
  .record({
    source: fc.option(fc.constantFrom(...ADDRESSES)),
    destination: fc.option(fc.constantFrom(...ADDRESSES)),
    user: fc.option(fc.constantFrom(...WORDS)),
    host: fc.option(fc.constantFrom(...WORDS)),
    port: fc.option(fc.integer({ min: 0, max: 5 })),
    time: fc.integer({ min: 0, max: 10 }),
    seq: fc.integer({ min: 1, max: 4 }),
    index: fc.integer({ min: 0, max: 2 }),
    own: fc.option(fc.constantFrom<unknown>('x', 7, ['x', 'y'], { deep: 'x' }, true)),
    text: fc.array(fc.constantFrom(...WORDS, 'Failed', 'K'), { maxLength: 4 }),
  })
  .map((made) => {
    const event = new Event();
    event.reset(made.text.join(' '));
    event.seq = made.seq;
    event.index = made.index;
    event.timestamp = made.time * 1000;
    event['source.ip'] = made.source;
    event['destination.ip'] = made.destination;
    event['user.name'] = made.user;
    event['host.name'] = made.host;
    event['source.port'] = made.port;
    if (made.own !== null) event.record.fields = { own: made.own as string };
    return event;
  });

/** A query as text, and what it means, said again in another way. */
export interface Asked {
  readonly text: string;
  readonly holds: (event: Event) => boolean;
}

const TEXT_OF = {
  'source.ip': (event: Event) => event['source.ip'],
  'destination.ip': (event: Event) => event['destination.ip'],
  'user.name': (event: Event) => event['user.name'],
  'host.name': (event: Event) => event['host.name'],
} as const;
const NAMES = Object.keys(TEXT_OF) as (keyof typeof TEXT_OF)[];

const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;
const same = (a: string | null, b: string): boolean => a?.toLowerCase() === b.toLowerCase();

const leaves: fc.Arbitrary<Asked> = fc.oneof(
  fc
    .tuple(
      fc.constantFrom(...NAMES),
      fc.constantFrom(...ADDRESSES, ...WORDS),
      fc.constantFrom(':', '=', '!=', ' = '),
    )
    .map(
      ([name, value, op]): Asked => ({
        text: `${name}${op}${quoted(value)}`,
        holds: (event) => same(TEXT_OF[name](event), value) !== (op === '!='),
      }),
    ),
  fc.tuple(fc.constantFrom('source.ip', 'destination.ip'), fc.constantFrom(8, 16, 22, 24, 25, 32)).map(
    ([name, bits]): Asked => ({
      text: `${name}:203.0.113.7/${bits}`,
      holds: (event) => {
        const value = TEXT_OF[name as 'source.ip'](event);
        if (value === null || value.includes(':')) return false;
        const binary = (text: string): string =>
          text
            .split('.')
            .map((part) => Number(part).toString(2).padStart(8, '0'))
            .join('')
            .slice(0, bits);
        return binary(value) === binary('203.0.113.7');
      },
    }),
  ),
  fc.tuple(fc.constantFrom('<', '<=', '>', '>=', ' > '), fc.integer({ min: -1, max: 6 })).map(
    ([op, bound]): Asked => ({
      text: `source.port${op}${bound}`,
      holds: ({ 'source.port': port }) => {
        if (port === null) return false;
        return { '<': port < bound, '<=': port <= bound, '>': port > bound, '>=': port >= bound }[op.trim()]!;
      },
    }),
  ),
  fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 5 })).map((ends): Asked => {
    const [low, high] = [Math.min(...ends), Math.max(...ends)];
    return {
      text: `source.port:${low}..${high}`,
      holds: ({ 'source.port': port }) => port !== null && port >= low && port <= high,
    };
  }),
  fc
    .tuple(
      fc.constantFrom(...NAMES),
      fc.constantFrom('*', 'r*', '*T', '*o*', 'r??t', '*.113.*', '?', 'a\\**'),
    )
    .map(([name, pattern]): Asked => {
      const source = pattern
        .replace(/\\\*/g, '\0')
        .replace(/[.]/g, '\\.')
        .replace(/\*/g, '.*')
        .replace(/\?/g, '.')
        .replace(/\0/g, '\\*');
      return {
        text: `${name}:${pattern}`,
        holds: (event) => {
          const value = TEXT_OF[name](event);
          return value !== null && new RegExp(`^${source.toLowerCase()}$`, 's').test(value.toLowerCase());
        },
      };
    }),
  fc.constantFrom(...WORDS, 'failed', 'k', 'root admin').map(
    (word): Asked => ({
      text: quoted(word),
      holds: (event) => event.record.original.toLowerCase().includes(word.toLowerCase()),
    }),
  ),
  fc
    .constantFrom(...NAMES)
    .map((name): Asked => ({ text: `exists:${name}`, holds: (event) => TEXT_OF[name](event) !== null })),
  fc.tuple(fc.integer({ min: 0, max: 10 }), fc.integer({ min: 0, max: 10 })).map((ends): Asked => {
    const [from, to] = [Math.min(...ends), Math.max(...ends)];
    return {
      text: `from 1970-01-01T00:00:${String(from).padStart(2, '0')}Z to 1970-01-01T00:00:${String(to).padStart(2, '0')}.000Z`,
      holds: ({ timestamp }) => timestamp >= from * 1000 && timestamp <= to * 1000,
    };
  }),
  fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: 2 })).map(
    ([seq, index]): Asked => ({
      text: `event.id:${seq}-${index}`,
      holds: (event) => event.seq === seq && event.index === index,
    }),
  ),
  fc.constantFrom<Asked>(
    { text: 'own:x', holds: ({ record: { fields } }) => [fields?.own].flat().includes('x') },
    { text: 'own.deep:x', holds: ({ record: { fields } }) => JSON.stringify(fields?.own) === '{"deep":"x"}' },
    { text: 'parse.fields.own:7', holds: ({ record: { fields } }) => fields?.own === 7 },
    { text: '__proto__:x', holds: () => false },
    { text: 'exists:constructor', holds: () => false },
  ),
);

export const queries: fc.Arbitrary<Asked> = fc.letrec<{ asked: Asked }>((tie) => ({
  asked: fc.oneof(
    { maxDepth: 4 },
    leaves,
    fc.tuple(tie('asked'), tie('asked'), fc.constantFrom(' and ', ' ', ' AND ')).map(
      ([a, b, join]): Asked => ({
        text: `(${a.text})${join}(${b.text})`,
        holds: (event) => a.holds(event) && b.holds(event),
      }),
    ),
    fc.tuple(tie('asked'), tie('asked')).map(
      ([a, b]): Asked => ({
        text: `(${a.text} or ${b.text})`,
        holds: (event) => a.holds(event) || b.holds(event),
      }),
    ),
    tie('asked').map((a): Asked => ({ text: `not (${a.text})`, holds: (event) => !a.holds(event) })),
  ),
})).asked;
