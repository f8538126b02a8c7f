import { useEffect, useMemo, useState } from 'preact/hooks';
import type { ScreenProps } from '../app.js';
import { html } from '../kit/html.js';
import { useKeys } from '../kit/keys.js';
import { withTerm } from '../kit/query-text.js';
import { setParams } from '../kit/router.js';
import { localTime } from '../kit/time.js';
import { useTitle } from '../kit/title.js';
import { Choice } from '../parts/choice.js';
import { EventPane } from './event-pane.js';
import { FacetPanel } from './facet-panel.js';
import { HistogramPanel } from './histogram-panel.js';
import { QueryBar } from './query-bar.js';
import { LASTS, lastOf, type Range, rangeOf } from './range.js';
import { ResultList } from './result-list.js';
import { useResults } from './use-results.js';

/** What is in the log? */
export function SearchScreen({ params }: ScreenProps) {
  const { q = '', open = '', live = '', from = '', until = '', last = '' } = params;
  const [turn, setTurn] = useState(0);
  useTitle(q === '' ? 'Search' : q);
  const [focus, setFocus] = useState(params.focus === '1' ? 1 : 0);
  const [isTop, setTop] = useState(true);
  // A relative stretch is reckoned from the moment of the question, not anew at each drawing.
  // A turn asks again.
  const range = useMemo(() => rangeOf({ from, until, last }, Date.now()), [q, from, until, last, turn]);
  const results = useResults({ q, range, isLive: live === '1', isTop });
  const isTurn = results.page !== null || results.error !== null;
  const openRow = (id: string): void => setParams({ open: id === open ? '' : id });
  const addTerm = (term: string): void => setParams({ q: withTerm(q, term), open: '' }, true);
  const run = (query: string): void => {
    setTurn(turn + 1);
    setParams({ q: query.trim(), open: '', focus: '' }, true);
  };
  useEffect(() => setParams({ focus: '' }), []);
  useKeys({
    '/': () => setFocus(focus + 1),
    ...(open === '' ? {} : { Escape: () => setParams({ open: '' }) }),
  });

  return html`<div class="search">
    <h1 class="unseen">Search</h1>
    <${QueryBar} query=${q} focus=${focus} onRun=${run} />
    <div class="filters">
      <${Choice}
        label="Time"
        value=${lastOf(params)}
        options=${lastOf(params) === '' ? [['', rangeWords(range)], ...LASTS] : LASTS}
        onChange=${(value: string) => setParams({ last: value, from: '', until: '' }, true)}
      />
      <label class="tick">
        <input type="checkbox" checked=${live === '1'} onChange=${() => setParams({ live: live === '1' ? '' : '1' })} /> Live
      </label>
    </div>
    ${
      (results.error?.position ?? null) !== null
        ? html`<p class="empty">This query cannot be read, so nothing was looked for.</p>`
        : html`<${HistogramPanel} q=${q} range=${range} isTurn=${isTurn} />
    <div class=${`search-body${open === '' ? '' : ' has-pane'}`}>
      <${FacetPanel} q=${q} range=${range} isTurn=${isTurn} onTerm=${addTerm} />
      <${ResultList} results=${results} open=${open} onOpen=${openRow} onTop=${setTop} />
      ${
        open !== '' &&
        html`<${EventPane}
          id=${open}
          known=${results.items.find((item) => item.event.id === open) ?? null}
          onClose=${() => setParams({ open: '' })}
          onOpen=${openRow}
          onTerm=${addTerm}
        />`
      }
    </div>`
    }
  </div>`;
}

function rangeWords({ from, until }: Range): string {
  const now = Date.now();
  const words = (at: string, open: string): string => (at === '' ? open : localTime(Date.parse(at), now));
  return `${words(from, 'start')} to ${words(until, 'now')}`;
}
