import type { Config } from '../config/schema.js';
import type { Core } from '../keep.js';
import type { Change } from '../model/change.js';
import { MINUTE_MS } from '../model/entity-minute.js';
import { REPLAY_SOURCE } from './messages.js';
import type { Step } from './step.js';

/** A watch looks every second, as the daemon does while something is open. */
const TICK_MS = 1000;

/** What steps in order of time make of the core; then time goes on until nothing is open. */
export function* changesOf(core: Core, steps: Iterable<Step>, config: Config): Generator<Change> {
  let now = Number.NEGATIVE_INFINITY;
  let tickedAt = Number.NEGATIVE_INFINITY;
  for (const moment of momentsOf(steps)) {
    const [{ time, file, minutes }] = moment;
    now = time;
    if (time - tickedAt >= TICK_MS) {
      tickedAt = time;
      yield* core.tick(time);
    }
    const signals = moment.flatMap(({ signal }) => (signal === null ? [] : [signal]));
    yield* core.apply(file, signals, time, minutes === null ? null : { source: REPLAY_SOURCE, minutes });
  }
  if (now === Number.NEGATIVE_INFINITY) return;
  for (let { dueAt } = core; dueAt < Number.POSITIVE_INFINITY; { dueAt } = core) {
    now = Math.max(now, dueAt + 1);
    yield* core.tick(now);
  }
  for (const pause of pausesAtEnd(config)) {
    now += pause;
    yield* core.tick(now);
  }
}

/** ms of silence, one after another, after which nothing is open: what ends an entity-minute may raise an alert, which ends later. */
function pausesAtEnd({ alerts, incidents, anomaly, correlation }: Config): number[] {
  return [
    ...(anomaly.enabled ? [2 * MINUTE_MS + correlation.allowed_lateness] : []),
    alerts.dedup_window + 1,
    incidents.quiet_after + 1,
  ];
}

/** What one record did, or one entity in one minute. */
type Moment = readonly [Step, ...Step[]];

function* momentsOf(steps: Iterable<Step>): Generator<Moment> {
  let moment: [Step, ...Step[]] | null = null;
  for (const step of steps) {
    if (moment !== null && isSameRecord(moment[0], step)) {
      moment.push(step);
      continue;
    }
    if (moment !== null) yield moment;
    moment = [step];
  }
  if (moment !== null) yield moment;
}

function isSameRecord(a: Step, b: Step): boolean {
  return a.minutes === null && b.minutes === null && a.file === b.file && a.index === b.index;
}
