import { apiPath } from '../kit/api.js';
import type { EventCounts } from '../kit/api-types.js';
import { html } from '../kit/html.js';
import { counted } from '../kit/number.js';
import { anyOf, term } from '../kit/query-text.js';
import { useRemote } from '../kit/remote.js';
import { to } from '../kit/router.js';
import { getSlowly } from '../kit/slow-lane.js';
import { Loaded } from '../parts/loaded.js';
import { LogText } from '../parts/log-text.js';
import { Moment } from '../parts/moment.js';

/** Who or what took part: a field of the event, its value, and the field that tells where else it was seen. */
export interface Entity {
  readonly kind: string;
  readonly field: string;
  readonly value: string;
  readonly elsewhere: string;
}

interface Named {
  readonly source?: { readonly ip: string };
  readonly host?: { readonly name?: string | readonly string[] };
  readonly user?: { readonly name?: string | readonly string[] };
}

/** More would be more questions to the log than anybody reads answers. */
const MOST = 6;

export function entitiesOf({ source, host, user }: Named): Entity[] {
  const address = list(source?.ip).map((value) => ({
    kind: 'address',
    field: 'source.ip',
    value,
    elsewhere: 'host.name',
  }));
  const users = list(user?.name).map((value) => ({
    kind: 'user',
    field: 'user.name',
    value,
    elsewhere: 'host.name',
  }));
  const hosts = list(host?.name).map((value) => ({
    kind: 'host',
    field: 'host.name',
    value,
    elsewhere: 'source.ip',
  }));
  return [...address, ...users, ...hosts];
}

/** The query for all that they did. */
export function huntQuery(entities: readonly Entity[]): string {
  const [first] = entities;
  if (first === undefined) return '';
  // An address says it all; users and hosts are shared with others.
  if (first.kind === 'address') return term(first.field, first.value);
  return anyOf(entities.map(({ field, value }) => term(field, value)));
}

export function Entities({ of, since }: { readonly of: readonly Entity[]; readonly since: string }) {
  if (of.length === 0) return null;
  return html`<section class="side">
    <h2>Who and what</h2>
    ${of.slice(0, MOST).map((entity) => html`<${Card} key=${entity.field + entity.value} entity=${entity} since=${since} />`)}
  </section>`;
}

function Card({
  entity: { kind, field, value, elsewhere },
  since,
}: {
  readonly entity: Entity;
  readonly since: string;
}) {
  const q = term(field, value);
  const counts = useRemote<EventCounts>(
    apiPath('events/counts', { q: `${q} last 24h`, by: elsewhere, top: 5, deadline: '3s' }),
    getSlowly,
  );
  return html`<div class="entity">
    <p><span class="muted">${kind}</span> <a href=${to('search', { q, last: '24h' })}><${LogText} of=${value} /></a></p>
    <p class="muted">first seen here <${Moment} at=${since} /></p>
    <${Loaded} of=${counts} what="Its day" lines=${1}>
      ${({ matches, counts: seen, timed_out }: EventCounts) => html`<p class="muted">
        ${timed_out ? 'at least ' : ''}${counted(matches, 'event')} in 24 h${seen.length > 0 && ': '}
        ${seen.map(
          ({ value: other, count }, i) =>
            html`${i > 0 && ', '}<span key=${other} title=${`${count} events`}><${LogText} of=${other} /></span>`,
        )}
      </p>`}
    <//>
  </div>`;
}

function list(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return [];
  return typeof value === 'string' ? [value] : value;
}
