import { useEffect, useState } from 'preact/hooks';
import { apiPath } from '../kit/api.js';
import type { EventDetail, EventJson, RuleHit } from '../kit/api-types.js';
import { html } from '../kit/html.js';
import { encodePart } from '../kit/place.js';
import { term } from '../kit/query-text.js';
import { useRemote } from '../kit/remote.js';
import { to } from '../kit/router.js';
import { CopyButton } from '../parts/copy-button.js';
import { Icon } from '../parts/icon.js';
import { Loaded } from '../parts/loaded.js';
import { LogText } from '../parts/log-text.js';
import { Moment } from '../parts/moment.js';
import { Severity } from '../parts/severity.js';
import { flatten } from './flatten.js';

const CONTEXT = 20;

interface EventPaneProps {
  readonly id: string;
  /** As the list has it, until more is known. */
  readonly known: EventJson | null;
  readonly onClose: () => void;
  readonly onOpen: (id: string) => void;
  readonly onTerm: (term: string) => void;
}

/** One event: the record, the rules that match it, its fields, and what came before and after. */
export function EventPane({ id, known, onClose, onOpen, onTerm }: EventPaneProps) {
  const detail = useRemote<EventDetail>(apiPath(`events/${encodePart(id)}`, { context: CONTEXT }));
  const [isContext, setContext] = useState(false);
  useEffect(() => setContext(false), [id]);
  const event = detail.data?.event ?? known;
  const marks = (detail.data?.rules ?? []).flatMap(({ matches }) => matches.map(({ value }) => value));
  return html`<section class="event-pane" aria-label="Event">
    <header>
      <h2>Event ${id}</h2>
      <button type="button" class="plain" onClick=${onClose} title="Close (Esc)"><${Icon} name="close" /><span class="unseen">Close</span></button>
    </header>
    ${
      event !== null &&
      html`<div class="record"><${LogText} of=${event.event.original} marks=${marks} raw /><${CopyButton} text=${event.event.original} /></div>`
    }
    <${Loaded} of=${detail} what="The event" lines=${3}>
      ${({ rules, before, after }: EventDetail) => html`
        <${Rules} of=${rules} />
        <button type="button" aria-expanded=${isContext} onClick=${() => setContext(!isContext)}>
          ${before.length} lines before, ${after.length} after
        </button>
        ${isContext && event !== null && html`<${Context} before=${before} event=${event} after=${after} onOpen=${onOpen} />`}
      `}
    <//>
    ${event !== null && html`<${Fields} of=${event} onTerm=${onTerm} />`}
  </section>`;
}

function Rules({ of }: { readonly of: readonly RuleHit[] | null }) {
  if (of === null) return html`<p class="quiet-note">Which rules match it is not known.</p>`;
  if (of.length === 0) return html`<p class="quiet-note">No rule matches it.</p>`;
  return html`<ul class="event-rules">
    ${of.map(
      ({ id, title, level, matches }) => html`<li key=${id}>
        <${Severity} level=${level} /> <a href=${to(`rules/${id}`)}>${title}</a>
        <p class="muted">${matches.map(
          ({ field, value }, i) =>
            html`<span key=${i}>${i > 0 && ', '}${field ?? 'text'}: <${LogText} of=${value} /></span>`,
        )}</p>
      </li>`,
    )}
  </ul>`;
}

interface ContextProps {
  readonly before: readonly EventJson[];
  readonly event: EventJson;
  readonly after: readonly EventJson[];
  readonly onOpen: (id: string) => void;
}

function Context({ before, event, after, onOpen }: ContextProps) {
  return html`<ul class="raw-lines context">
    ${[...before, event, ...after].map(
      (line) => html`<li key=${line.event.id} class=${line === event ? 'is-this' : ''}>
        <button type="button" class="plain" onClick=${() => onOpen(line.event.id)}><${Moment} at=${line['@timestamp']} /></button>
        <${LogText} of=${line.event.original} raw />
      </li>`,
    )}
  </ul>`;
}

function Fields({ of, onTerm }: { readonly of: EventJson; readonly onTerm: (term: string) => void }) {
  return html`<table class="fields">
    <caption class="unseen">Fields</caption>
    <tbody>
      ${flatten(of)
        .filter(([name]) => name !== 'event.original')
        .map(
          ([name, values]) => html`<tr key=${name}>
            <th scope="row"><${LogText} of=${name} /></th>
            <td>${values.map(
              (value) => html`<span class="field-value" key=${value}>
                <${LogText} of=${String(value)} raw />
                <span class="field-actions">
                  <button type="button" class="plain" title="Only these" onClick=${() => onTerm(term(queryName(name), String(value)))}>
                    <${Icon} name="plus" /><span class="unseen">Only these</span>
                  </button>
                  <button type="button" class="plain" title="Without these" onClick=${() => onTerm(`not ${term(queryName(name), String(value))}`)}>
                    <${Icon} name="minus" /><span class="unseen">Without these</span>
                  </button>
                </span>
              </span>`,
            )}</td>
          </tr>`,
        )}
    </tbody>
  </table>`;
}

/** The record's own fields go by their own names in queries. */
function queryName(name: string): string {
  return name.startsWith('parse.fields.') ? name.slice('parse.fields.'.length) : name;
}
