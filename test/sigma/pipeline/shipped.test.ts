import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPipelineFiles, readRuleFiles } from '../../../src/config/rule-files.js';
import type { JsonObject } from '../../../src/model/json.js';
import type { RuleFile } from '../../../src/protocol.js';
import { type BuiltRuleset, buildRuleset } from '../../../src/ruleset.js';
import { JsonFieldView } from '../../../src/sigma/event-view.js';
import { readPipelines } from '../../../src/sigma/pipeline/read.js';
import { ecs, nxlog, type Shape, security4688, winlogbeat } from '../../helpers/event-shapes.js';
import { describeShared, readJsonLines, sharedPath } from '../../helpers/shared.js';

const NAMES = readdirSync('pipelines').map((name) => name.replace(/\.yml$/, ''));

function matches({ ruleset }: BuiltRuleset, event: JsonObject): string[] {
  const hits: number[] = [];
  ruleset.match(new JsonFieldView(event), null, hits);
  return hits.map((index) => ruleset.rules[index]!.id);
}

describe('the packaged pipelines', () => {
  it.each(NAMES)('%s is without fault, has a name, and says for which events it is', (name) => {
    const [file] = readPipelineFiles([name], 'test');
    const { pipelines, faults } = readPipelines([file!]);
    expect(faults).toEqual([]);
    expect(pipelines[0]!.name).not.toBe(file!.path);
    expect(file!.text).toMatch(/^# .*\bevents\b/s);
  });

  it('linux-auditd finds a process by its joined records, and refuses what they do not say', () => {
    const rule = (field: string, value: string): string =>
      `title: ${field}\nlogsource: { product: linux, category: process_creation }\ndetection: { s: { ${field}: '${value}' }, condition: s }\n`;
    const text = [
      rule('Image|endswith', '/nc'),
      rule('CommandLine|contains', '-e /bin/sh'),
      rule('User', 'root'),
      rule('ParentImage', '/bin/sh'),
    ].join('---\n');
    const built = buildRuleset([{ path: 'own.yml', text }, ...readPipelineFiles(['linux-auditd'], 'test')]);
    expect(built.faults).toEqual([
      {
        place: { file: 'own.yml', line: 13 },
        code: 'rule.pipeline',
        message: "auditd says only the parent's process id, not its image or command line.",
      },
    ]);
    const event = {
      type: 'SYSCALL',
      syscall: 59,
      exe: '/usr/bin/nc',
      proctitle: 'nc -e /bin/sh 203.0.113.7 1',
      uid: 0,
      UID: 'root',
    };
    expect(matches(built, event)).toHaveLength(3);
    expect(matches(built, { ...event, syscall: 'openat' })).toEqual([]);
  });

  it('windows-security finds a registry value and a connection under the names of the Security log', () => {
    const text = [
      "title: a\nlogsource: { product: windows, category: registry_set }\ndetection: { s: { TargetObject|startswith: 'HKLM\\Software\\', Details: x }, condition: s }\n",
      "title: b\nlogsource: { product: windows, category: network_connection }\ndetection: { s: { Image|endswith: '\\nc.exe', DestinationPort: 4444, Initiated: 'true' }, condition: s }\n",
    ].join('---\n');
    const built = buildRuleset([
      { path: 'own.yml', text },
      ...readPipelineFiles(['windows-security'], 'test'),
    ]);
    expect(built.faults).toEqual([]);
    const security = { Channel: 'Security' };
    expect(
      matches(built, {
        ...security,
        EventID: 4657,
        ObjectName: '\\REGISTRY\\MACHINE\\SOFTWARE\\a',
        NewValue: 'x',
      }),
    ).toHaveLength(1);
    const connection = {
      ...security,
      EventID: 5156,
      Application: '\\device\\harddiskvolume2\\nc.exe',
      DestPort: '4444',
      Direction: '%%14593',
    };
    expect(matches(built, connection)).toHaveLength(1);
    expect(matches(built, { ...connection, Direction: '%%14592' })).toEqual([]);
    expect(matches(built, { ...connection, EventID: 5157 })).toEqual([]);
  });
});

interface RegressionCase {
  readonly rule_id: string;
  readonly rule_path: string;
  readonly logsource: { readonly product: string };
  readonly event: JsonObject;
  readonly more_events?: readonly JsonObject[];
}

describeShared('the packaged pipelines over SigmaHQ', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pipelines-'));
  let rows: readonly RegressionCase[];
  let all: readonly RuleFile[];
  let tested: readonly RuleFile[];

  beforeAll(() => {
    execFileSync('tar', ['-xf', sharedPath('corpus', 'sigmahq-rules.tar.xz'), '-C', folder]);
    rows = readJsonLines<RegressionCase>(sharedPath('corpus', 'sigma-regression.jsonl')).filter(
      ({ logsource }) => logsource.product === 'windows',
    );
    const { files } = readRuleFiles([folder]);
    all = files.map(({ path, text }) => ({ path: relative(folder, path), text }));
    const paths = new Set(rows.map(({ rule_path }) => rule_path));
    tested = all.filter(({ path }) => paths.has(path));
    expect(tested.length).toBeGreaterThan(180);
  });

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** Rules that no longer fire on their own events, and how many rules others fire on. */
  function silentRules(
    names: readonly string[],
    shape: (event: JsonObject) => JsonObject | null,
  ): RegressionCase[] {
    const built = buildRuleset([...tested, ...readPipelineFiles(names, 'test')]);
    expect(built.faults).toEqual([]);
    const silent = rows.filter(({ rule_id, event, more_events = [] }) => {
      const shaped = [event, ...more_events].map(shape).filter((one) => one !== null);
      return shaped.length > 0 && !shaped.some((one) => matches(built, one).includes(rule_id));
    });
    const used = rows.filter(({ event }) => shape(event) !== null);
    console.info(`${names.join(' + ')}: ${used.length - silent.length}/${used.length} fire on their events`);
    return silent;
  }

  it('ecs matches nothing of events under other names', () => {
    const built = buildRuleset([...tested, ...readPipelineFiles(['ecs'], 'test')]);
    expect(rows.filter(({ event }) => matches(built, event).length > 0)).toEqual([]);
  });

  /** NXLog's SourceName is the provider; the field of that name in Defender's data is not told by its JSON. */
  const UNSAID_BY_NXLOG = /\/win_defender_exploit_redsun_tiering_engine_detected_as_eicar\.yml$/;

  it.each<[string, readonly string[], Shape]>([
    ['as they are', ['windows-sysmon'], (event) => event],
    ['of Winlogbeat', ['winlogbeat'], winlogbeat],
    ['of Winlogbeat, told apart', ['winlogbeat', 'windows-sysmon'], winlogbeat],
    ['in ECS', ['ecs', 'windows-sysmon'], ecs],
    ['of NXLog', ['nxlog', 'windows-sysmon'], nxlog],
  ])('fire on their events %s', (_, names, shape) => {
    const silent = silentRules(names, shape).map(({ rule_path }) => rule_path);
    expect(shape === nxlog ? silent.filter((path) => !UNSAID_BY_NXLOG.test(path)) : silent).toEqual([]);
  });

  it('fire on Security 4688 unless they ask for what it does not say', () => {
    const unsaid =
      /^ *(OriginalFileName|Hashes|Company|Product|Description|CurrentDirectory|ParentCommandLine|User|ParentUser|FileVersion)\b/m;
    const silent = silentRules(['windows-security'], security4688);
    const textOf = new Map(tested.map(({ path, text }) => [path, text]));
    const unexplained = silent.filter(
      ({ rule_path }) => !unsaid.test(textOf.get(rule_path)!.replace(/^ *- /gm, '  ')),
    );
    expect(unexplained.map(({ rule_path }) => rule_path)).toEqual([]);
  });

  it.each(NAMES)('%s refuses no rule but those it says it does', (name) => {
    const { ruleset, faults } = buildRuleset([...all, ...readPipelineFiles([name], 'test')]);
    const own = faults.filter(({ code }) => code !== 'rule.placeholder');
    console.info(`${name}: ${ruleset.rules.length} rules, ${own.length} refused`);
    expect(own.filter(({ message }) => !message.startsWith('auditd says only'))).toEqual([]);
  });
});
