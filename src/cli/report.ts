import type { PeriodReport, ReportedDaemon, ReportedRule } from '../model/period-report.js';
import { LEVELS, type Level } from '../model/rule.js';
import { renderPeriod } from '../report/period-text.js';
import type { BegunCount, CaseReader } from '../storage/case-reader.js';
import { dataDirOf } from './data-dir.js';
import { type Figures, findFigures, lossesOf } from './figures.js';
import { EXIT } from './io.js';
import type { CommandDefinition } from './program.js';
import { type StoredOptions, withDataDir, withStored } from './stored.js';
import { durationOf } from './time-range.js';

const UNCLOSED = { limit: 20, offset: 0, workflow: 'unclosed' } as const;
const MOST_RULES = 20;
const MOST_ENTITIES = 3;
/** Of a rule's newest alerts so many are looked at for what they are about. */
const LOOKED_AT = 30;

const EXAMPLES = `
Examples:
  vedette report                                   the last day
  vedette report --last 7d --json | jq '.rules[0]'
  7 6 * * *  vedette report --data-dir /var/lib/vedette | mail -s Vedette root     once a day, from cron
`;

export const reportCommand: CommandDefinition = (program, context) => {
  const { io } = context;
  withDataDir(program.command('report'))
    .description(
      'What there is to tell of the last day: what needs you, what was found, what was lost. Exit 1 when an incident needs you.',
    )
    .option('--last <duration>', 'of this last while', '1d')
    .option('--json', 'as one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(
      context.action(async (options: StoredOptions & { readonly last: string }) => {
        const length = durationOf('--last', options.last);
        const dataDir = dataDirOf(options, io);
        const now = Date.now();
        const found = withStored(context, options, ({ cases }) => periodOf(cases, length, now));
        const { daemon: state, figures } = await findFigures(dataDir);
        const daemon = figures === null ? null : daemonOf(figures, state !== 'stopped', found.from);
        const report: PeriodReport = { ...found, daemon };
        if (options.json) io.out(`${JSON.stringify(report, null, 2)}\n`);
        else io.out(renderPeriod(report, { colour: io.colour, width: io.width }));
        return report.incidents.unclosed_total > 0 ? EXIT.findings : EXIT.done;
      }),
    );
};

function periodOf(cases: CaseReader, length: number, now: number): Omit<PeriodReport, 'daemon'> {
  const [before, from, until] = [now - 2 * length, now - length, now].map((ms) =>
    new Date(ms).toISOString(),
  ) as [string, string, string];
  const begun = cases.begun(from, until);
  const told = begun.filter(({ silenced }) => !silenced);
  const earlier = cases.begun(before, from).filter(({ silenced }) => !silenced);
  const rules = rulesOf(told, earlier);
  const unclosed = cases.incidents({ ...UNCLOSED, since: from }, 'risk');
  return {
    from,
    until,
    incidents: {
      unclosed: unclosed.items,
      unclosed_total: unclosed.total,
      unclosed_older: cases.count('incidents', { ...UNCLOSED, until: from }),
      closed: Object.fromEntries(cases.closedSince(from)),
    },
    alerts: {
      begun: sumOf(told),
      before: sumOf(earlier),
      by_severity: Object.fromEntries(sums(told, ({ severity }) => severity)),
      silenced: sumOf(begun) - sumOf(told),
    },
    rules: rules.slice(0, MOST_RULES).map((rule) => ({ ...rule, ...namesOf(cases, rule.id, from) })),
    rules_total: rules.length,
  };
}

/** The most alerts first. A rule counts with the gravest of the severities that its alerts have. */
function rulesOf(
  told: readonly BegunCount[],
  earlier: readonly BegunCount[],
): Omit<ReportedRule, 'name' | 'entities'>[] {
  const before = sums(earlier, ({ rule }) => rule);
  const severities = new Map<string, Level>();
  for (const { rule, severity } of told) {
    const known = severities.get(rule);
    if (known === undefined || LEVELS.indexOf(severity) > LEVELS.indexOf(known))
      severities.set(rule, severity);
  }
  return [...sums(told, ({ rule }) => rule)]
    .map(([id, alerts]) => ({ id, severity: severities.get(id)!, alerts, before: before.get(id) ?? 0 }))
    .sort((a, b) => b.alerts - a.alerts || (a.id < b.id ? -1 : 1));
}

/** What its newest alerts say. */
function namesOf(cases: CaseReader, rule: string, since: string): Pick<ReportedRule, 'name' | 'entities'> {
  const newest = cases.newestAlerts({ limit: LOOKED_AT, offset: 0, rule, since, silenced: false });
  const entities = [...new Set(newest.map(({ entity }) => entity))].slice(0, MOST_ENTITIES);
  return { name: newest[0]?.rule.name ?? rule, entities };
}

function daemonOf(figures: Figures, running: boolean, from: string): ReportedDaemon {
  const sources = Object.entries(figures.sources);
  return {
    running,
    at: figures.at,
    uptime_seconds: figures.uptime_seconds,
    events: figures.detection.records,
    sources: sources.length,
    quiet: sources
      .filter(([, { last_seen }]) => last_seen === null || last_seen < from)
      .map(([name, { last_seen }]) => ({ name, last_seen })),
    losses: lossesOf(figures),
  };
}

function sums<K>(counts: readonly BegunCount[], keyOf: (count: BegunCount) => K): Map<K, number> {
  const sums = new Map<K, number>();
  for (const count of counts) sums.set(keyOf(count), (sums.get(keyOf(count)) ?? 0) + count.alerts);
  return sums;
}

function sumOf(counts: readonly BegunCount[]): number {
  return counts.reduce((sum, { alerts }) => sum + alerts, 0);
}
