import type { Need } from '../query/need.js';
import type { Damage, PlannedBlock } from '../search/messages.js';
import { planSegment } from '../search/plan.js';
import { damageTo, openSegment } from '../search/segment.js';
import { listSegments } from '../storage/log/segment-files.js';
import type { ReadTask } from './messages.js';

/** Blocks of one task. */
const MOST_BLOCKS = 8;

/** What became of the segments so far. */
export interface Planned {
  records: number;
  skipped: number;
  unfiltered: number;
  segments: number;
  readonly damage: Damage[];
}

/** The segments of a log as they are now: what comes later is not looked at. */
export class LogTasks {
  readonly #readings: ReadonlySet<number>;
  readonly #segments: readonly string[];
  readonly #lastSeq: number;

  /** @param readings how records are read now: filters of records that were read otherwise say nothing */
  constructor(dir: string, readings: ReadonlySet<number>) {
    this.#readings = readings;
    this.#segments = listSegments(dir);
    this.#lastSeq = this.#lastSeqOf(this.#segments.at(-1));
  }

  get segments(): number {
    return this.#segments.length;
  }

  /** How much there is to be read for this need, without reading it. */
  extent(need: Need): Planned {
    const planned = newPlanned();
    for (const path of this.#segments) this.#plan(path, need, planned);
    return planned;
  }

  /** What may hold what is needed, in log order; a segment is planned when its turn comes. */
  *tasks(need: Need, planned: Planned): Generator<ReadTask> {
    for (const path of this.#segments) {
      const { blocks, tail } = this.#plan(path, need, planned);
      for (let at = 0; at < blocks.length; at += MOST_BLOCKS)
        yield { kind: 'blocks', path, blocks: blocks.slice(at, at + MOST_BLOCKS) };
      if (tail !== null) yield { kind: 'tail', path, ...tail };
      planned.segments++;
    }
  }

  #plan(
    path: string,
    need: Need,
    planned: Planned,
  ): {
    readonly blocks: readonly PlannedBlock[];
    readonly tail: { readonly after: number; readonly upTo: number } | null;
  } {
    const onDamage = damageTo(planned.damage);
    const segment = openSegment(path, onDamage);
    if (segment === null) return { blocks: [], tail: null };
    try {
      const plan = planSegment(segment, need, this.#readings, onDamage);
      const blocks = plan.blocks.filter(({ firstSeq }) => firstSeq <= this.#lastSeq).reverse();
      const tail = plan.tail === null || plan.tail.after >= this.#lastSeq ? null : plan.tail;
      planned.records += blocks.reduce((sum, { records }) => sum + records, tail?.records ?? 0);
      planned.skipped += plan.skipped;
      planned.unfiltered += plan.unfiltered;
      return {
        blocks,
        tail: tail === null ? null : { after: tail.after, upTo: Math.min(tail.upTo, this.#lastSeq) },
      };
    } finally {
      segment.close();
    }
  }

  #lastSeqOf(path: string | undefined): number {
    const segment = path === undefined ? null : openSegment(path, () => {});
    if (segment === null) return Number.POSITIVE_INFINITY;
    try {
      return segment.atOnce(() => {
        const last = segment.blocksAfter(0, () => {}).at(-1)?.lastSeq ?? 0;
        return segment.openSpan(last)?.upTo ?? last;
      });
    } catch {
      return Number.POSITIVE_INFINITY;
    } finally {
      segment.close();
    }
  }
}

export function newPlanned(): Planned {
  return { records: 0, skipped: 0, unfiltered: 0, segments: 0, damage: [] };
}
