import type { EventJson } from '../kit/api-types.js';
import { html } from '../kit/html.js';
import { LogText } from '../parts/log-text.js';
import { Moment } from '../parts/moment.js';
import { fieldOf } from './flatten.js';

/** More of a line is never in sight in a row. */
const LONGEST = 400;

interface EventRowProps {
  readonly event: EventJson;
  readonly isOpen: boolean;
  readonly onOpen: (id: string) => void;
}

export function EventRow({ event, isOpen, onOpen }: EventRowProps) {
  const program =
    fieldOf(event, 'process.name') ??
    fieldOf(event, 'log.syslog.appname') ??
    fieldOf(event, 'event.action') ??
    '';
  const text = fieldOf(event, 'message') ?? event.event.original;
  return html`<button
    type="button"
    class="event-row"
    data-row
    data-id=${event.event.id}
    aria-expanded=${isOpen}
    onClick=${() => onOpen(event.event.id)}
  >
    <${Moment} at=${event['@timestamp']} />
    <${LogText} of=${fieldOf(event, 'host.name') ?? fieldOf(event, 'log.source.address') ?? ''} />
    <${LogText} of=${program} />
    <${LogText} of=${text.slice(0, LONGEST)} raw />
  </button>`;
}
