import { visible } from '../../telemetry/visible.js';
import type { Health, NowState, Sender, SourceCard } from '../kit/api-types.js';
import { html } from '../kit/html.js';
import { counted, shortNumber } from '../kit/number.js';
import { useRemote } from '../kit/remote.js';
import { to } from '../kit/router.js';
import { useEvery } from '../kit/use-every.js';
import { Figure } from '../parts/figure.js';
import { Loaded } from '../parts/loaded.js';
import { HEALTH_WORDS, healthWords } from '../sources/health.js';
import { senderKey } from '../sources/sender-key.js';

const EVERY_MS = 10_000;
const MARKS: Readonly<Record<Health, string>> = {
  fine: '',
  quiet: '–',
  unparsed: '?',
  dropping: '!',
  down: '×',
};

/** A dot for each sender, and for each source that nobody has sent to yet. */
export function SourcesPanel({ sources }: { readonly sources: NowState['sources'] }) {
  const remote = useRemote<{ readonly items: readonly SourceCard[] }>('/api/sources');
  useEvery(EVERY_MS, remote.reload);
  return html`<section class="panel">
    <h2><a href=${to('sources')}>Sources</a> <span class="big"><${Figure} of=${sources.total} /></span></h2>
    <${Loaded} of=${remote} what="Sources">
      ${({ items }: { readonly items: readonly SourceCard[] }) => html`
        <ul class="dots">${items.flatMap(dotsOf)}</ul>
        <p class="muted">${summary(items.flatMap((source) => sendersOf(source).map((sender) => (sender ?? source).health)))}${partWords(items)}</p>
      `}
    <//>
  </section>`;
}

function dotsOf(source: SourceCard) {
  return sendersOf(source).map((sender) => {
    const { health } = sender ?? source;
    const name = sender === null ? source.name : visible(sender.host ?? sender.address);
    return html`<li key=${`${source.name} ${sender === null ? '' : senderKey(sender)}`}>
      <a class=${`dot is-${health}`} href=${to('sources', { open: source.name })} title=${`${name}: ${healthWords(source, sender)}`}>
        ${MARKS[health]}<span class="unseen">${name}: ${healthWords(source, sender)}</span>
      </a>
    </li>`;
  });
}

function sendersOf({ senders }: SourceCard): readonly (Sender | null)[] {
  return senders.length === 0 ? [null] : senders;
}

/** Of each source the API names so many. */
function partWords(items: readonly SourceCard[]): string {
  const shown = items.reduce((sum, { senders }) => sum + senders.length, 0);
  const all = items.reduce((sum, { senders_total }) => sum + senders_total, 0);
  return all > shown ? `, of ${shortNumber(shown)} of ${counted(all, 'sender')}` : '';
}

function summary(healths: readonly Health[]): string {
  if (healths.every((health) => health === 'fine')) return healths.length === 0 ? 'none yet' : 'all fine';
  const said = (Object.keys(HEALTH_WORDS) as Health[]).map(
    (health) => [healths.filter((of) => of === health).length, HEALTH_WORDS[health]] as const,
  );
  return said.flatMap(([count, words]) => (count === 0 ? [] : [`${count} ${words}`])).join(', ');
}
