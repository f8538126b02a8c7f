import { useEffect, useRef, useState } from 'preact/hooks';
import type { Health, Sender, SourceCard } from '../kit/api-types.js';
import { html } from '../kit/html.js';
import { bytes, shortNumber } from '../kit/number.js';
import { term } from '../kit/query-text.js';
import { to } from '../kit/router.js';
import { span } from '../kit/time.js';
import { Dialog } from '../parts/dialog.js';
import { Figure } from '../parts/figure.js';
import { LineTest } from '../parts/line-test.js';
import { LogText } from '../parts/log-text.js';
import { Moment } from '../parts/moment.js';
import { HEALTH_WORDS, healthWords } from './health.js';
import { senderKey } from './sender-key.js';

/** A clock that is further off than this makes correlations wrong. */
const SKEW_MS = 60_000;
/** Transports by which senders connect to us. */
const CONNECTED: ReadonlySet<string> = new Set(['tcp', 'tls', 'http']);

export function SourceView({ of, isOpen }: { readonly of: SourceCard; readonly isOpen: boolean }) {
  const [tried, setTried] = useState<string | null>(null);
  const element = useRef<HTMLElement>(null);
  useEffect(() => {
    if (isOpen) element.current!.scrollIntoView({ block: 'start' });
  }, [isOpen]);
  const troubles = Object.entries(of.counts).filter(([, count]) => count > 0);
  return html`<section class="card" ref=${element} aria-label=${of.name}>
    <header class="card-head">
      <h2>${of.name}</h2>
      <code>${of.reads}</code>
      <${HealthChip} of=${of.health} words=${healthWords(of)} />
      <${SenderChip} of=${of} />
      <button type="button" onClick=${() => setTried('')}>Try a parser …</button>
    </header>
    ${of.last_error !== undefined && html`<p class="trouble"><${LogText} of=${of.last_error} /></p>`}
    <dl class="facts">
      <${Fact} name="a second"><${Figure} of=${of.rate} /><//>
      <${Fact} name="records"><${Figure} of=${of.records} /><//>
      <${Fact} name="received">${bytes(of.bytes)}<//>
      <${Fact} name="parsed">${of.records === 0 ? '–' : percent(of.parsed)}<//>
      <${Fact} name="rules can use it">${
        of.rules === null
          ? '–'
          : html`<a href=${to('rules', { list: 'all', source: of.name })} title="that could match what it sends, by the newest events"><${Figure} of=${of.rules} /></a>`
      }<//>
      <${Fact} name="last seen"><${Moment} at=${of.last_seen} age=${of.last_seen !== null} /><//>
    </dl>
    ${
      troubles.length > 0 &&
      html`<ul class="troubles">${troubles.map(
        ([code, count]) => html`<li key=${code}><b><${Figure} of=${count} /></b> <code>${code}</code></li>`,
      )}</ul>`
    }
    ${
      of.senders.length === 0
        ? html`<p class="empty">Nothing has come to it yet.</p>`
        : html`<${Senders} of=${of} onTry=${setTried} />`
    }
    ${
      tried !== null &&
      html`<${Dialog} title="Try a parser" onClose=${() => setTried(null)}><${LineTest} line=${tried} /><//>`
    }
  </section>`;
}

function Fact({ name, children }: { readonly name: string; readonly children: unknown }) {
  return html`<div><dt>${name}</dt><dd>${children}</dd></div>`;
}

function HealthChip({ of, words }: { readonly of: Health; readonly words: string }) {
  return html`<span class=${`chip is-${of}`} title=${words}>${HEALTH_WORDS[of]}</span>`;
}

/** How sure it is who sends. Of files, the journal and buses that is for others to say. */
function SenderChip({ of: { spoofable, transport } }: { readonly of: SourceCard }) {
  if (spoofable)
    return html`<span class="chip" title="Anybody can send in the name of others: the sender is not proven.">spoofable</span>`;
  if (!CONNECTED.has(transport)) return null;
  return html`<span class="chip" title="A connection is known to come from its address.">${transport === 'tls' ? 'authenticated' : 'address proven'}</span>`;
}

function Senders({ of, onTry }: { readonly of: SourceCard; readonly onTry: (line: string) => void }) {
  const { senders, senders_total } = of;
  return html`<div class="scroller"><table class="senders">
    <thead>
      <tr><th>Sender</th><th>State</th><th class="number">A second</th><th class="number">Records</th><th>Formats</th>
        <th class="number">Parsed</th><th>Clock</th><th>Last seen</th></tr>
    </thead>
    <tbody>
      ${senders.map((sender) => html`<${SenderRow} key=${senderKey(sender)} of=${sender} source=${of} onTry=${onTry} />`)}
    </tbody>
  </table>
  ${senders_total > senders.length && html`<p class="quiet-note">${senders.length} of ${shortNumber(senders_total)} senders</p>`}
  </div>`;
}

interface SenderRowProps {
  readonly of: Sender;
  readonly source: SourceCard;
  readonly onTry: (line: string) => void;
}

function SenderRow({ of, source, onTry }: SenderRowProps) {
  const { address, identity, host, records, unrecognized, formats, rate, last_seen, clock_skew_ms, sample } =
    of;
  return html`<tr>
      <th scope="row">
        <a href=${to('search', { q: host === undefined ? term('log.source.address', address) : term('host.name', host) })}>
          <${LogText} of=${host ?? address} /></a>
        ${host !== undefined && html` <span class="muted"><${LogText} of=${address} /></span>`}
        ${identity !== undefined && html` <span class="chip" title="from its certificate"><${LogText} of=${identity} /></span>`}
      </th>
      <td><${HealthChip} of=${of.health} words=${healthWords(source, of)} /></td>
      <td class="number"><${Figure} of=${rate} /></td>
      <td class="number"><${Figure} of=${records} /></td>
      <td>${Object.keys(formats).map((format, i) => html`<span key=${format} title=${`${formats[format]} records`}>${i > 0 && ', '}${format}</span>`)}</td>
      <td class="number">${records === 0 ? '–' : percent(1 - unrecognized / records)}</td>
      <td>${skewWords(clock_skew_ms)}</td>
      <td><${Moment} at=${last_seen} age /></td>
    </tr>
    ${
      sample !== undefined &&
      html`<tr class="sample"><td colspan="8"><div>
        <span class="muted">Not parsed:</span> <${LogText} of=${sample} raw />
        <button type="button" onClick=${() => onTry(sample)}>Try a parser …</button>
      </div></td></tr>`
    }`;
}

function skewWords(ms: number | null) {
  if (ms === null) return html`<span class="muted">–</span>`;
  if (Math.abs(ms) < SKEW_MS) return 'right';
  return html`<strong class="wrong">${span(Math.abs(ms))} ${ms > 0 ? 'behind' : 'ahead'}</strong>`;
}

function percent(share: number): string {
  const value = 100 * Math.min(1, Math.max(0, share));
  // Never more than it is: 99.99 % is not all.
  return `${value > 99 && value < 100 ? (Math.floor(value * 10) / 10).toFixed(1) : Math.floor(value)} %`;
}
