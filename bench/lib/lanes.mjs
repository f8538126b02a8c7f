// The lanes of the Sigma benchmarks: seeded events with a broad vocabulary, each as the line that would be received and the
// logsource (product, categories, services) that its normalizer would state. Shapes are those of usual Sigma benchmarks; vocabularies are our own and wider.
import { applicationEvents } from './lanes/applications.mjs';
import { benignSyslog, sshdMessages } from './lanes/linux.mjs';
import { ciscoCommands, combinedLine, webRequests } from './lanes/network.mjs';
import { regressionEvents } from './lanes/regression.mjs';
import { fewProcessCreations, fileEvents, processCreations, securityTexts } from './lanes/windows.mjs';
import { Words } from './lanes/words.mjs';

/** Of events that a rule is meant to find. */
const SUSPICIOUS = 0.02;
const NOON = Date.UTC(2026, 10, 20, 12);

const PROCESS_CREATION = {
  product: 'windows',
  categories: ['process_creation'],
  services: ['sysmon'],
};
const FILE_EVENT = { product: 'windows', categories: ['file_event'], services: ['sysmon'] };
const WINDOWS = { product: 'windows' };
const CISCO = { product: 'cisco', services: ['aaa', 'accounting', 'syslog'] };
const SSHD = { product: 'linux', services: ['sshd', 'auth', 'syslog'] };
const WEB = { categories: ['webserver'] };

/** Lanes of JSON objects: by name `(count, { seed, suspicious }) → [{ line, logsource }]`. */
export const JSON_LANES = {
  'structured Windows': jsonLane(PROCESS_CREATION, processCreations),
  'structured Windows, few words': jsonLane(PROCESS_CREATION, fewProcessCreations),
  'raw Windows message': jsonLane(WINDOWS, (words, suspicious) => {
    const next = securityTexts(words, suspicious);
    return () => ({ product: 'windows', message: next() });
  }),
  'Cisco AAA': jsonLane(CISCO, (words, suspicious) => {
    const next = ciscoCommands(words, suspicious);
    return () => ({ product: 'cisco', service: 'accounting', host: words.host(), message: next() });
  }),
  'Sysmon file event': jsonLane(FILE_EVENT, fileEvents),
  sshd: jsonLane(SSHD, (words, suspicious) => {
    const next = sshdMessages(words, suspicious);
    return () => ({ product: 'linux', service: 'sshd', host: words.host(), message: next() });
  }),
  'web access': jsonLane(WEB, webRequests),
};

/** Lanes of lines as devices send them; the logsource is what parsing and normalizing should find. */
export const LINE_LANES = {
  'Cisco AAA, syslog': lineLane(CISCO, (words, suspicious) => {
    const next = ciscoCommands(words, suspicious);
    return (at) =>
      `<189>${words.n(99_999)}: ${words.host()}: ${syslogTime(at)}.${100 + words.n(900)}: ${next()}`;
  }),
  'sshd, syslog': lineLane(SSHD, (words, suspicious) => {
    const next = sshdMessages(words, suspicious);
    return (at) => `<38>${syslogTime(at)} ${words.host()} sshd[${words.pid()}]: ${next()}`;
  }),
  'web access, combined': lineLane(WEB, (words, suspicious) => {
    const next = webRequests(words, suspicious);
    return (at) => combinedLine(next(), at);
  }),
  'healthy Linux': lineLane(null, benignSyslog),
  'application JSON': lineLane(null, (words) => {
    const next = applicationEvents(words);
    return (at) => JSON.stringify(next(at));
  }),
};

/** SigmaHQ's own attack events; `file` is sigma-regression.jsonl. */
export function regressionLane(file, count, { seed = 1 } = {}) {
  const next = regressionEvents(new Words(seed), file);
  return Array.from({ length: count }, () => {
    const { event, logsource } = next();
    return { line: JSON.stringify(event), logsource: logsourceOf(logsource) };
  });
}

/** The events with their lines as a detector gets them: slices of decoded chunks of 64 KiB. */
export function asChunks(events) {
  const sliced = [];
  for (let from = 0; from < events.length; from = sliced.length) {
    let bytes = 0;
    let to = from;
    while (to < events.length && bytes < 65_536) bytes += events[to++].line.length + 1;
    const group = events.slice(from, to);
    const text = Buffer.from(group.map(({ line }) => line).join('\n')).toString();
    let at = 0;
    for (const { line, logsource } of group) {
      sliced.push({ line: text.slice(at, at + line.length), logsource });
      at += line.length + 1;
    }
  }
  return sliced;
}

function jsonLane(logsource, generator) {
  return (count, { seed = 1, suspicious = SUSPICIOUS } = {}) => {
    const next = generator(new Words(seed), suspicious);
    return Array.from({ length: count }, () => ({ line: JSON.stringify(next()), logsource }));
  };
}

function lineLane(logsource, generator) {
  return (count, { seed = 1, suspicious = SUSPICIOUS } = {}) => {
    const next = generator(new Words(seed), suspicious);
    return Array.from({ length: count }, (_, i) => ({ line: next(NOON + i * 3), logsource }));
  };
}

function logsourceOf({ product, category, service }) {
  return { product, categories: category ? [category] : [], services: service ? [service] : [] };
}

function syslogTime(at) {
  const [, day, month, , time] = new Date(at).toUTCString().split(' ');
  return `${month} ${String(Number(day)).padStart(2)} ${time}`;
}
