// What SigmaHQ's and the shipped rules find where there is nothing to find: healthy lines of many devices through parsing and
// normalizing, matches listed per rule with one line each. Then lines of all kinds of logs that quote what keyword rules
// look for: one that fires for another product's log fails the run.
import { readConfiguredRules } from '../dist/config/rule-files.js';
import { Event } from '../dist/model/event.js';
import { normalize } from '../dist/normalizers/normalize.js';
import { parseRecord } from '../dist/parsers/parse-record.js';
import { buildRuleset } from '../dist/ruleset.js';
import { EventFieldView } from '../dist/sigma/event-view.js';
import { JSON_LANES, LINE_LANES } from './lib/lanes.mjs';
import { sigmaHqFiles, withSigmaHq } from './lib/sigmahq.mjs';

const LINES = Number(process.env.BENCH_LINES ?? 1_000_000);
const BLOCK = 10_000;
const RECEIVED_AT = Date.UTC(2026, 10, 20, 13);

/** Parts of the lines. The sshd lane is not among them: even without attacks it has the Internet's guesses. */
const MIX = [
  [LINE_LANES['healthy Linux'], 0.5],
  [LINE_LANES['application JSON'], 0.1],
  [LINE_LANES['web access, combined'], 0.1],
  [LINE_LANES['Cisco AAA, syslog'], 0.1],
  [JSON_LANES['structured Windows'], 0.1],
  [JSON_LANES['Sysmon file event'], 0.05],
  [JSON_LANES['raw Windows message'], 0.05],
];

/** A text as other logs than the keyword rule's own might hold it. */
const QUOTES = [
  (text) => `<13>Nov 20 12:00:00 app-01 tickets-api[711]: note added: ${text}`,
  (text) =>
    `<22>Nov 20 12:00:00 mail-01 postfix/cleanup[9]: 4F1A2B3C4D: warning: header Subject: ${text}; from=<a@example.org>`,
  (text) =>
    `<134>Nov 20 12:00:00 db-01 postgres[9]: [3-1] LOG:  statement: insert into notes values ('${text}')`,
  (text) =>
    `<189>99: rt-01: Nov 20 12:00:00.000: %PARSER-5-CFGLOG_LOGGEDCMD: User:bob  logged command:description ${text}`,
  (text) => `<166>Nov 20 12:00:00 fw-01 : %ASA-6-302013: Built outbound TCP connection 1 for outside:${text}`,
  (text) => `192.0.2.1 - - [20/Nov/2026:12:00:00 +0000] "GET / HTTP/1.1" 200 1 "-" "${text}"`,
  (text) =>
    JSON.stringify({ EventID: 1, Channel: 'Microsoft-Windows-Sysmon/Operational', Description: text }),
  (text) => JSON.stringify({ level: 30, msg: text }),
  (text) => text,
];

export async function run() {
  await withSigmaHq((folder) => {
    const shipped = readConfiguredRules({ builtin: true, paths: [], disable: [] }).files;
    const { ruleset } = buildRuleset([...shipped, ...sigmaHqFiles(folder)]);
    healthy(ruleset);
    quoted(ruleset);
  });
}

function healthy(ruleset) {
  const found = new Found(ruleset);
  for (const [lane, share] of MIX) {
    for (let left = Math.round(LINES * share), seed = 100; left > 0; left -= BLOCK, seed++) {
      for (const { line } of lane(Math.min(BLOCK, left), { seed, suspicious: 0 })) found.read(line);
    }
  }
  found.print();
}

function quoted(ruleset) {
  const found = new Found(ruleset);
  const texts = new Set(ruleset.rules.flatMap(keywordsOf));
  for (const text of texts) for (const quote of QUOTES) found.read(quote(text));
  console.log(`\n${texts.size} keywords quoted in logs of ${QUOTES.length} kinds:`);
  found.printKeywordRules();
}

/** Reads lines as a detector does and counts what matches. */
class Found {
  #lines = 0;
  #hits = [];
  #event = new Event();
  #view = new EventFieldView(this.#event);
  #ruleset;
  /** `rule where` → what matched. */
  #matches = new Map();

  constructor(ruleset) {
    this.#ruleset = ruleset;
  }

  read(line) {
    const event = this.#event;
    event.reset(line);
    event.receivedAt = RECEIVED_AT;
    parseRecord(line, event.record, { format: 'auto', timezone: 'UTC' }, RECEIVED_AT);
    normalize(event);
    this.#view.reset();
    this.#hits.length = 0;
    this.#ruleset.match(this.#view, event.logsource, this.#hits);
    this.#lines++;
    for (const hit of this.#hits) this.#add(hit, line);
  }

  #add(rule, line) {
    const where = logsourceText(this.#event.logsource);
    const key = `${rule} ${where}`;
    const known = this.#matches.get(key);
    if (known !== undefined) known.count++;
    else {
      const reasons = this.#ruleset.explain(rule, this.#view);
      this.#matches.set(key, {
        count: 1,
        rule: this.#ruleset.rules[rule],
        logsource: this.#event.logsource,
        where,
        line,
        reasons,
      });
    }
  }

  print() {
    const matches = [...this.#matches.values()].sort((a, b) => b.count - a.count);
    const total = matches.reduce((sum, { count }) => sum + count, 0);
    console.log(`${this.#lines} lines, ${total} matches of ${matches.length} kinds (rule and logsource)`);
    for (const { count, rule, where, line, reasons } of matches) {
      console.log(`\n${String(count).padStart(7)}  ${rule.level.padEnd(13)} ${rule.title}`);
      console.log(`         ${rule.place.file}; rule for ${ruleLogsource(rule)}, event of ${where}`);
      console.log(
        `         because ${reasons.map(({ field, pattern }) => `${field ?? 'keyword'}: ${pattern}`).join(', ')}`,
      );
      console.log(`         ${line.slice(0, 240)}`);
    }
  }

  /** Keyword rules by logsource; one that fires where it has no business is an error. */
  printKeywordRules() {
    const matches = [...this.#matches.values()].filter(({ rule }) => keywordsOf(rule).length > 0);
    const places = new Map();
    for (const { count, rule, where } of matches) {
      const key = `${ruleLogsource(rule).padEnd(34)} on ${where}`;
      places.set(key, (places.get(key) ?? 0) + count);
    }
    for (const [place, count] of [...places].sort()) console.log(`${String(count).padStart(7)}  ${place}`);
    const wrong = matches.filter(({ rule, reasons, logsource }) => {
      const { product, category, service } = rule.logsource;
      const isOwn =
        (product === null || product === logsource.product) &&
        (category === null || logsource.categories.includes(category)) &&
        (service === null || logsource.services.includes(service));
      return !isOwn && reasons.every(({ field }) => field === null);
    });
    for (const { rule, where, line } of wrong) console.log(`wrong: ${rule.place.file} on ${where}: ${line}`);
    if (wrong.length > 0) process.exitCode = 1;
  }
}

function keywordsOf(rule) {
  if (rule.kind !== 'detection') return [];
  return [...rule.selections.values()]
    .flatMap(itemsOf)
    .filter(({ field }) => field === null)
    .flatMap(({ values }) => values.map(String));
}

function itemsOf(selection) {
  return selection.kind === 'all' ? selection.items : selection.of.flatMap(itemsOf);
}

function logsourceText({ closed, product, categories, services }) {
  return closed
    ? `${product ?? '-'}/${categories.join('+') || '-'}/${services.join('+') || '-'}`
    : 'nobody knows what';
}

function ruleLogsource({ logsource: { product, category, service } }) {
  return `${product ?? '-'}/${category ?? '-'}/${service ?? '-'}`;
}
