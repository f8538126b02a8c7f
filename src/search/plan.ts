import { mayHold, type Need, type Stretch } from '../query/need.js';
import { mayHoldKey } from '../storage/log/key-filter.js';
import { firstSeqOf } from '../storage/log/segment-files.js';
import {
  type BlockSpan,
  type OnDamage,
  readingsOf,
  type SegmentReader,
  type SegmentSummary,
  type StoredFilter,
} from '../storage/log/segment-reader.js';
import type { Plan } from './messages.js';

/**
 * Which parts of a segment are worth reading, newest first: all but those whose filter says that they hold nothing.
 *
 * @param readings how records are read now: filters of records that were read otherwise say nothing
 */
export function planSegment(
  segment: SegmentReader,
  need: Need,
  readings: ReadonlySet<number>,
  onDamage: OnDamage,
): Omit<Plan, 'kind' | 'path' | 'damage'> {
  const summary = tried(segment, onDamage, () => segment.summary()) ?? null;
  const isCurrent = (filter: Pick<StoredFilter, 'readings'>): boolean =>
    readingsOf(filter.readings).every((reading) => readings.has(reading));
  if (
    summary !== null &&
    isCurrent(summary) &&
    !mayHold(need, summaryStretch(summary, firstSeqOf(segment.path)))
  )
    return { blocks: [], tail: null, skipped: summary.records, unfiltered: 0 };
  const chosen = tried(segment, onDamage, () =>
    segment.atOnce(() => {
      const { blocks, skipped, unfiltered, lastSeq } = chosenBlocks(segment, need, isCurrent, onDamage);
      const open = segment.openSpan(lastSeq);
      return { blocks, tail: open === null ? null : { after: lastSeq, ...open }, skipped, unfiltered };
    }),
  );
  return chosen ?? NOTHING;
}

const NOTHING = { blocks: [], tail: null, skipped: 0, unfiltered: 0 };

/** Undefined, and told, when it cannot be read. */
function tried<T>({ path }: SegmentReader, onDamage: OnDamage, read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    onDamage(path, error, { firstSeq: null, lastSeq: null, records: null });
    return undefined;
  }
}

function chosenBlocks(
  segment: SegmentReader,
  need: Need,
  isCurrent: (filter: StoredFilter) => boolean,
  onDamage: OnDamage,
): {
  readonly blocks: BlockSpan[];
  readonly skipped: number;
  readonly unfiltered: number;
  readonly lastSeq: number;
} {
  const blocks: BlockSpan[] = [];
  /** Stretches of the log between blocks with filters: what is there has none. */
  const gaps: [after: number, before: number][] = [];
  let skipped = 0;
  let unfiltered = 0;
  let lastSeq = 0;
  try {
    for (const filter of segment.filters()) {
      if (filter.firstSeq !== lastSeq + 1) gaps.push([lastSeq, filter.firstSeq]);
      lastSeq = filter.lastSeq;
      const { firstSeq, records } = filter;
      const known = isCurrent(filter);
      if (!known) unfiltered += records;
      if (!known || mayHold(need, filterStretch(filter))) blocks.push({ firstSeq, lastSeq, records });
      else skipped += records;
    }
  } catch (error) {
    // Without the rest of the filters there are still the blocks.
    onDamage(segment.path, error, { firstSeq: lastSeq + 1, lastSeq: null, records: null });
  }
  for (const [after, before] of gaps) blocks.push(...segment.blocksBetween(after, before));
  const behind = segment.blocksAfter(lastSeq, onDamage);
  blocks.push(...behind);
  return {
    blocks: blocks.sort((a, b) => b.firstSeq - a.firstSeq),
    skipped,
    unfiltered,
    lastSeq: behind.at(-1)?.lastSeq ?? lastSeq,
  };
}

function filterStretch(filter: StoredFilter): Stretch {
  return {
    ...knownOf(filter),
    hasChunks: (first, last) => first <= filter.lastSeq && last >= filter.firstSeq,
  };
}

function summaryStretch(summary: SegmentSummary, firstSeq: number): Stretch {
  return { ...knownOf(summary), hasChunks: (_first, last) => last >= firstSeq };
}

function knownOf({ from, to, keys }: Pick<StoredFilter, 'from' | 'to' | 'keys'>): Omit<Stretch, 'hasChunks'> {
  return {
    hasKey: (key) => mayHoldKey(keys, key),
    // Text is in no filter; but where there are no events there is none.
    hasText: () => from <= to,
    hasTimes: (first, until) => to >= first && from < until,
  };
}
