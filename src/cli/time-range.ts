import { parseDuration } from '../model/units.js';
import { readTime } from '../query/time.js';
import { visible } from '../telemetry/visible.js';
import { CliError, EXIT } from './io.js';

/** Options of commands that look at a stretch of the log. */
export interface TimeRangeOptions {
  readonly last?: string;
  readonly from?: string;
  readonly to?: string;
}

/** Times from `from` to before `until`, ms; null = no bound. */
export function timeRangeOf(
  { last, from, to }: TimeRangeOptions,
  now: number,
): { readonly from: number | null; readonly until: number | null } {
  if (last !== undefined && (from !== undefined || to !== undefined))
    throw new CliError('--last and --from or --to exclude each other.', EXIT.usage);
  const start =
    last !== undefined
      ? now - durationOf('--last', last)
      : from === undefined
        ? null
        : timeOf('--from', from, now).start;
  const until = to === undefined ? null : timeOf('--to', to, now).end;
  if (start !== null && until !== null && start >= until)
    throw new CliError('--from is later than --to: nothing is between.', EXIT.usage);
  return { from: start, until };
}

/** ms. */
export function durationOf(option: string, text: string): number {
  const ms = parseDuration(text);
  if (ms === null)
    throw new CliError(
      `${option}: expected a duration such as 30m, 6h or 7d, not "${visible(text)}".`,
      EXIT.usage,
    );
  return ms;
}

/** The stretch that a time means, ms: a day, minute or second as a whole. */
export function timeOf(
  option: string,
  text: string,
  now: number,
): { readonly start: number; readonly end: number } {
  const time = readTime(text, now);
  if (time === null)
    throw new CliError(
      `${option}: expected a time such as 2026-11-20, 2026-11-20T10:30 or now-6h, not "${visible(text)}".`,
      EXIT.usage,
    );
  return time;
}
