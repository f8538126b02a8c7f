import { useState } from 'preact/hooks';
import { formatCount } from '../../model/units.js';
import { apiPath } from '../kit/api.js';
import type { EventPage } from '../kit/api-types.js';
import { html } from '../kit/html.js';
import { counted } from '../kit/number.js';
import { useRemote } from '../kit/remote.js';
import { to } from '../kit/router.js';
import { Loaded } from '../parts/loaded.js';
import { LogText } from '../parts/log-text.js';
import { Moment } from '../parts/moment.js';

const MOST = 50;

interface LinesBetweenProps {
  readonly query: string;
  readonly from: string;
  readonly until: string;
}

/** What the log has of those involved between two alerts; read when it is opened. */
export function LinesBetween(props: LinesBetweenProps) {
  const [isOpen, setOpen] = useState(false);
  return html`<div class="between">
    <button type="button" class="plain" aria-expanded=${isOpen} onClick=${() => setOpen(!isOpen)}>
      ${isOpen ? 'hide the lines between' : 'lines between'}
    </button>
    ${isOpen && html`<${Lines} ...${props} />`}
  </div>`;
}

function Lines({ query, from, until }: LinesBetweenProps) {
  const page = useRemote<EventPage>(apiPath('events', { q: query, from, until, limit: MOST }));
  return html`<${Loaded} of=${page} what="The lines between">
    ${({ items, matches }: EventPage) =>
      items.length === 0
        ? html`<p class="quiet-note">None in the log.</p>`
        : html`<ul class="raw-lines">
              ${items.toReversed().map(
                (event) => html`<li key=${event.event.id}>
                  <${Moment} at=${event['@timestamp']} /> <${LogText} of=${event.event.original} raw />
                </li>`,
              )}
            </ul>
            <a href=${to('search', { q: query, from, until })}>
              ${matches > items.length ? `the newest ${formatCount(items.length)} of ${counted(matches, 'line')}; all of them` : 'the same'} in Search
            </a>`}
  <//>`;
}
