import { useEffect, useState } from 'preact/hooks';
import type { EventPage } from '../kit/api-types.js';
import { html } from '../kit/html.js';
import { counted, shortNumber } from '../kit/number.js';
import { Icon } from '../parts/icon.js';
import { NewRows } from '../parts/new-rows.js';
import { Skeleton } from '../parts/skeleton.js';
import { VirtualList } from '../parts/virtual-list.js';
import { EventRow } from './event-row.js';
import { toCsv, toNdjson } from './export.js';
import { saveFile } from './save-file.js';
import type { Results } from './use-results.js';

const NARROW = '(max-width: 720px)';
const HEIGHT_PX = 28;
/** Two lines a row. */
const NARROW_HEIGHT_PX = 56;

interface ResultListProps {
  readonly results: Results;
  readonly open: string;
  readonly onOpen: (id: string) => void;
  readonly onTop: (isTop: boolean) => void;
}

export function ResultList({ results, open, onOpen, onTop }: ResultListProps) {
  const { items, page, error, loading } = results;
  const isNarrow = useNarrow();
  return html`<section class="results" aria-label="Events">
    <div class="results-head">
      <p role="status">${summary(results)}</p>
      <button type="button" class="plain" disabled=${items.length === 0} onClick=${() => saveFile('vedette.csv', 'text/csv', toCsv(items))}>
        <${Icon} name="download" /> CSV
      </button>
      <button type="button" class="plain" disabled=${items.length === 0} onClick=${() => saveFile('vedette.ndjson', 'application/x-ndjson', toNdjson(items))}>
        <${Icon} name="download" /> NDJSON
      </button>
    </div>
    <${NewRows} count=${results.waiting} orMore=${results.isWaitingMore} onShow=${results.showWaiting} />
    ${error !== null && html`<p class="problem" role="alert">${error.message.split('\n')[0]}</p>`}
    ${
      items.length > 0
        ? html`<${VirtualList}
            label="Events, newest first"
            count=${items.length}
            rowHeight=${isNarrow ? NARROW_HEIGHT_PX : HEIGHT_PX}
            row=${(place: number) =>
              html`<${EventRow} event=${items[place]} isOpen=${items[place]!.event.id === open} onOpen=${onOpen} />`}
            onEnd=${results.more}
            onTop=${onTop}
          />`
        : loading
          ? html`<${Skeleton} lines=${12} />`
          : error === null &&
            html`<p class="empty">Nothing found. A longer time, or fewer words, may find more.</p>`
    }
    ${page !== null && html`<${Warnings} page=${page} />`}
  </section>`;
}

function Warnings({ page: { timed_out, damage } }: { readonly page: EventPage }) {
  if (!timed_out && damage.length === 0) return null;
  return html`<p class="problem">
    ${timed_out && 'Not all of the log was read in time: this is what was found until then. '}
    ${damage.length > 0 && `Parts of the log cannot be read: ${damage.join(', ')}`}
  </p>`;
}

function summary({ items, hasMore, page, loading }: Results): string {
  if (page === null) return loading ? 'Searching …' : '';
  if (!hasMore) return `${counted(items.length, 'event')}${page.timed_out ? ' so far' : ''}`;
  return page.matches > items.length
    ? `${shortNumber(items.length)} of ${counted(page.matches, 'event')}`
    : `the newest ${shortNumber(items.length)}; scroll for more`;
}

function useNarrow(): boolean {
  const [isNarrow, setNarrow] = useState(() => matchMedia(NARROW).matches);
  useEffect(() => {
    const media = matchMedia(NARROW);
    const update = (): void => setNarrow(media.matches);
    media.addEventListener('change', update);
    return () => media.removeEventListener('change', update);
  }, []);
  return isNarrow;
}
