import { formatDuration } from '../../model/units.js';
import { type Check, type Finding, problem } from '../check.js';

/** So much a clock may be wrong, or a record late. */
const TOLERATED_MS = 120_000;
const LEAST_RECORDS = 5;
const QUARTER_MS = 900_000;
const MOST_HOSTS = 20;

export const clocks: Check = {
  title: 'Clocks',
  run({ sample }) {
    const seen = sample();
    if (seen === null) return { well: [], findings: [] };
    const judged = [...seen.clocks].filter(([, { ahead }]) => ahead.length >= LEAST_RECORDS);
    const wrong = judged
      .map(([host, { source, ahead }]) => ({ host, source, ahead: median(ahead) }))
      .filter(({ ahead }) => Math.abs(ahead) > TOLERATED_MS)
      .sort((a, b) => Math.abs(b.ahead) - Math.abs(a.ahead));
    const right = judged.length - wrong.length;
    return {
      well: right === 0 ? [] : [`of ${right} senders are right to ${formatDuration(TOLERATED_MS)}`],
      findings: wrong.slice(0, MOST_HOSTS).map(findingOf),
    };
  },
};

function findingOf({ host, source, ahead }: { host: string; source: string; ahead: number }): Finding {
  const off = `${formatDuration(Math.abs(ahead))} ${ahead > 0 ? 'ahead' : 'behind'}`;
  const rest = Math.abs(ahead) % QUARTER_MS;
  const isZone = Math.abs(ahead) > QUARTER_MS / 2 && Math.min(rest, QUARTER_MS - rest) < TOLERATED_MS;
  return problem(
    `Stamps of ${host} (by ${source}) are ${off} of their receipt.`,
    isZone && Math.abs(ahead) <= 14 * 3600_000
      ? `Whole quarters of an hour are a zone: set timezone: of ${source} to that of the sender, or let it send RFC 5424 stamps, which state it.`
      : 'Let its clock be set by NTP; if its records come late, find out what holds them.',
  );
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}
