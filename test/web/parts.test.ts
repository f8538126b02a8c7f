import { readFileSync } from 'node:fs';
import { load as parseYaml } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import type { AlertChange } from '../../src/model/alert.js';
import { tacticPlace } from '../../src/model/attack.js';
import { scoreShares } from '../../src/web/anomaly/score-shares.js';
import { likenessOfAlert, likenessOfIncident } from '../../src/web/incidents/likeness.js';
import type { RuleRow, SourceCard } from '../../src/web/kit/api-types.js';
import { STEPS } from '../../src/web/kit/attack.js';
import { KEYS } from '../../src/web/kit/key-list.js';
import { firstSteps } from '../../src/web/now/first-steps.js';
import { LISTS } from '../../src/web/rules/lists.js';
import { parentCells } from '../../src/web/rules/parent-cells.js';
import { filterYaml, suggestFilter } from '../../src/web/rules/suggest-filter.js';
import { completableAt, complete } from '../../src/web/search/completion.js';
import { toCsv, toNdjson } from '../../src/web/search/export.js';
import { fieldOf, flatten } from '../../src/web/search/flatten.js';
import { lastOf, rangeOf } from '../../src/web/search/range.js';
import { healthWords } from '../../src/web/sources/health.js';
import { alertsOf, eventOf, incidentsOf, rulesOf, sourcesOf } from './fixtures.js';

describe('completion', () => {
  /** `|` is the cursor. */
  const at = (marked: string) => completableAt(marked.replace('|', ''), marked.indexOf('|'));

  it.each([
    ['sou|', 'field', '', 'sou'],
    ['a:1 and sou|rce', 'field', '', 'sou'],
    ['(user.name:ro|', 'value', 'user.name', 'ro'],
    ['user.name:|', 'value', 'user.name', ''],
    ['user.name:"ro b|', 'value', 'user.name', 'ro b'],
    ['source.port>10|', 'value', 'source.port', '10'],
  ])('knows at %s what is being written', (marked, kind, field, prefix) => {
    expect(at(marked)).toMatchObject({ kind, field, prefix });
  });

  it.each(['|', 'a |', 'x and|', '"Failed pass|', 'user.name:"root"|'])(
    'has nothing to propose at %s',
    (marked) => {
      expect(at(marked)).toBeNull();
    },
  );

  it('takes a proposal in the place of the whole word', () => {
    expect(complete('x and sourc', at('x and sou|rc')!, 'source.ip')).toEqual({
      text: 'x and source.ip:',
      cursor: 16,
    });
    expect(complete('user.name:ro and x', at('user.name:ro| and x')!, 'root')).toEqual({
      text: 'user.name:root and x',
      cursor: 15,
    });
    expect(complete('user.name:r', at('user.name:r|')!, 'a "b"').text).toBe('user.name:"a \\"b\\"" ');
  });
});

describe('ranges', () => {
  const now = Date.parse('2026-11-28T12:00:00.000Z');

  it('are a day unless the address says otherwise', () => {
    expect(rangeOf({}, now)).toEqual({ from: '2026-11-27T12:00:00.000Z', until: '' });
    expect(rangeOf({ last: '15m' }, now).from).toBe('2026-11-28T11:45:00.000Z');
    expect(rangeOf({ last: 'all' }, now)).toEqual({ from: '', until: '' });
    expect(rangeOf({ from: 'a', until: 'b', last: '1h' }, now)).toEqual({ from: 'a', until: 'b' });
    expect([lastOf({}), lastOf({ last: '7d' }), lastOf({ from: 'a' })]).toEqual(['24h', '7d', '']);
  });
});

describe('events', () => {
  it('are flattened to fields', () => {
    const event = JSON.parse('{"a":{"b":1,"c":["x","y"]},"n":null,"o":[{"p":2}],"__proto__":{"q":true}}');
    expect(flatten(event)).toEqual([
      ['a.b', [1]],
      ['a.c', ['x', 'y']],
      ['o.0.p', [2]],
      ['__proto__.q', [true]],
    ]);
    expect(fieldOf(event, 'a.c')).toBe('x');
    expect([fieldOf(event, 'a'), fieldOf(event, 'toString'), fieldOf(event, 'a.b.c')]).toEqual([
      null,
      null,
      null,
    ]);
  });

  it('are exported without a formula that a spreadsheet would run', () => {
    const event = { ...eventOf(0, 0), host: { name: '=cmd|calc' } };
    const [, row] = toCsv([event]).split('\n');
    expect(row).toContain(`,'=cmd|calc,`);
    expect(
      toNdjson([event, event])
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([event, event]);
  });
});

describe('the health of sources', () => {
  const [udp, tcp, journal] = sourcesOf(0) as unknown as [SourceCard, SourceCard, SourceCard];
  const sender = (host: string) => udp.senders.find((item) => item.host === host)!;

  it('is told with figures', () => {
    expect(healthWords(tcp, tcp.senders[0]!)).toBe('fine, 40 a second');
    expect([healthWords(udp, sender('ws-031')), healthWords(journal)]).toEqual([
      'quiet',
      'nothing has come yet',
    ]);
    expect(healthWords(udp, sender('switch-2'))).toBe('78 % not understood');
    expect(healthWords({ ...udp, health: 'dropping', lost: 12 })).toBe('12 records lost');
    expect(healthWords({ ...udp, health: 'down' })).toBe('not running');
  });
});

describe('the stages of an attack', () => {
  it('stand in the order of the matrix', () => {
    expect(STEPS.map(({ name }) => name)).toEqual([
      'Reconnaissance',
      'Resource Development',
      'Initial Access',
      'Execution',
      'Persistence',
      'Privilege Escalation',
      'Stealth',
      'Defense Impairment',
      'Credential Access',
      'Discovery',
      'Lateral Movement',
      'Collection',
      'Command and Control',
      'Exfiltration',
      'Impact',
    ]);
    expect(STEPS.map(({ id }) => tacticPlace(id))).toEqual(STEPS.map((_, i) => i));
    expect(tacticPlace('TA9999')).toBe(STEPS.length);
  });
});

describe('lists of rules', () => {
  const rules = rulesOf(0) as unknown as RuleRow[];
  const list = (key: string) => LISTS.find((item) => item.key === key)!;

  it('name those that ask for something', () => {
    expect(
      list('noisy')
        .pick(rules)
        .map(({ title }) => title),
    ).toEqual(['SQL Injection in a URL']);
    expect(
      list('slow')
        .pick(rules)
        .map(({ title }) => title),
    ).toEqual(['Long Random DNS Names']);
    expect(
      new Set(
        list('no_data')
          .pick(rules)
          .map(({ state }) => state),
      ),
    ).toEqual(new Set(['no_data']));
    expect(list('noisy').figure(list('noisy').pick(rules)[0]!, rules)).toMatch(/^\d+ % of alerts \(46\)$/);
  });

  it('name none where there are no rules', () => {
    for (const { pick } of LISTS) expect(pick([])).toEqual([]);
  });
});

describe("cells of ATT&CK's matrix", () => {
  const cell = (id: string, state: 'covered' | 'no_data' | 'none', ...rules: string[]) => ({
    id,
    name: id,
    tactics: ['TA0006'],
    rules: rules.map((rule) => ({ id: rule, title: rule, state: 'fires' as const })),
    state,
  });

  it('have what their sub-techniques bring', () => {
    const cells = parentCells([
      cell('T1110.001', 'covered', 'a', 'b'),
      cell('T1110', 'no_data', 'b', 'c'),
      cell('T1110.003', 'none'),
      cell('T1078', 'none'),
      cell('T9999.001', 'covered', 'x'),
    ]);
    expect(cells.map(({ id, state, rules }) => [id, state, rules.map((rule) => rule.id).join('')])).toEqual([
      ['T1110', 'covered', 'bca'],
      ['T1078', 'none', ''],
    ]);
  });
});

describe('a filter for a noisy rule', () => {
  const alert = alertsOf(0)[0] as unknown as AlertChange;

  it('is proposed where most alerts are about one', () => {
    expect(suggestFilter([alert, alert])).toBeNull();
    const other = { ...alert, source: { ip: '192.0.2.1' }, host: { name: 'x' } };
    const suggestion = suggestFilter([alert, alert, alert, alert, other])!;
    expect(suggestion).toEqual({ field: 'source.ip', value: '203.0.113.47', share: 0.8 });
    const yaml = filterYaml(
      { id: 'r', title: 'A "title": x', logsource: { product: 'linux', category: null, service: 'sshd' } },
      suggestion,
    );
    expect(parseYaml(yaml)).toEqual({
      title: 'Not for A "title": x: 203.0.113.47',
      logsource: { product: 'linux', service: 'sshd' },
      filter: { rules: ['r'], known: { 'source.ip': '203.0.113.47' }, condition: 'not known' },
    });
  });
});

describe('silences', () => {
  it('offer what an alert or an incident has', () => {
    expect(likenessOfAlert(alertsOf(0)[2] as never).map(({ key }) => key)).toEqual([
      'rule',
      'entity',
      'source_ip',
      'host',
      'user',
    ]);
    expect(likenessOfIncident(incidentsOf(0)[2] as never).map(({ key }) => key)).toEqual(['entity', 'host']);
  });
});

describe('the first steps', () => {
  it('have the ports and the address that are listened on', () => {
    const sources = [
      { type: 'syslog-tcp', reads: '0.0.0.0:6514/tcp' },
      { type: 'syslog-udp', reads: '[::]:514/udp' },
    ];
    const [rsyslog, device, file] = firstSteps('siem.example', sources);
    expect(rsyslog!.text).toContain("'*.* @@siem.example:6514'");
    expect(device!.text).toBe('logging host siem.example transport udp port 514');
    expect(file!.text).toBe('vedette tail /var/log/auth.log');
    expect(firstSteps('localhost', [])[0]!.text).toContain('@@127.0.0.1:5140');
    expect(firstSteps('siem.example', sources.slice(0, 1))[1]!.text).toBe(
      'logging host siem.example transport tcp port 6514',
    );
    expect(firstSteps('siem.example', sources.slice(1))[0]!.text).toContain("'*.* @siem.example:514'");
  });
});

describe('docs/reference/page.md', () => {
  const page = readFileSync('docs/reference/page.md', 'utf8');

  it('has the keys that the page tells', () => {
    const [, table = ''] = page.split('## Keys');
    const told = [...table.matchAll(/^\| (`.+?) \| (.+) \|$/gm)].map(([, keys]) =>
      keys!.replaceAll(/[^`]*`([^`]+)`/g, '$1 ').trim(),
    );
    const going = KEYS.filter(([keys]) => keys.startsWith('g  ')).map(([keys]) => keys.slice(3));
    const rest = KEYS.filter(([keys]) => !keys.startsWith('g  ')).map(([keys]) => keys.replaceAll('  ', ' '));
    expect(told.toSorted()).toEqual([...rest, ['g', ...going].join(' ')].toSorted());
  });
});

describe('scores', () => {
  it('lie on their bar', () => {
    expect(scoreShares(0.7, 0.6)).toEqual({ over: true, at: 50 });
    expect([scoreShares(0.1, 0.6).at, scoreShares(1, 0.6).at]).toEqual([0, 100]);
  });
});
