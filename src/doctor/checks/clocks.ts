import { formatDuration, numbered } from '../../model/units.js';
import { type Check, type Finding, problem } from '../check.js';

/** So much a clock may be wrong, or a record late. */
const TOLERATED_MS = 120_000;
const LEAST_RECORDS = 5;
const QUARTER_MS = 900_000;
const MOST_FINDINGS = 20;
const MOST_NAMES = 5;

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
      well: right === 0 ? [] : [`right to ${formatDuration(TOLERATED_MS)}: ${numbered(right, 'sender')}`],
      findings: alike(wrong).slice(0, MOST_FINDINGS).map(findingOf),
    };
  },
};

interface WrongClock {
  readonly host: string;
  readonly source: string;
  /** Ms. */
  readonly ahead: number;
}

/** Those of one source that are wrong by the same have one reason, and are told of once. */
function alike(wrong: readonly WrongClock[]): (readonly WrongClock[])[] {
  const groups: WrongClock[][] = [];
  for (const clock of wrong) {
    const group = groups.find(
      ([first]) => first!.source === clock.source && Math.abs(first!.ahead - clock.ahead) <= TOLERATED_MS,
    );
    if (group === undefined) groups.push([clock]);
    else group.push(clock);
  }
  return groups;
}

function findingOf(clocks: readonly WrongClock[]): Finding {
  const { source, ahead } = clocks[0]!;
  const off = `${formatDuration(Math.abs(ahead))} ${ahead > 0 ? 'ahead' : 'behind'}`;
  const rest = Math.abs(ahead) % QUARTER_MS;
  const isZone = Math.abs(ahead) > QUARTER_MS / 2 && Math.min(rest, QUARTER_MS - rest) < TOLERATED_MS;
  return problem(
    `Stamps of ${namesOf(clocks)} (by ${source}) are ${off} of their receipt.`,
    isZone && Math.abs(ahead) <= 14 * 3600_000
      ? `Whole quarters of an hour are a zone: set timezone: of ${source} to that of the sender, or let it send RFC 5424 stamps, which state it.`
      : `Let its clock be set by NTP; if its records come late, find out what holds them.${clocks.length > 1 ? ' Where all are wrong alike, look at the clock of this machine.' : ''}`,
  );
}

function namesOf(clocks: readonly WrongClock[]): string {
  const names = clocks.slice(0, MOST_NAMES).map(({ host }) => host);
  const more = clocks.length - names.length;
  return `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}
