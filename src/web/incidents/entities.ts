import { apiPath } from '../kit/api.js';
import type { EntityDetail } from '../kit/api-types.js';
import { html } from '../kit/html.js';
import { counted } from '../kit/number.js';
import { anyOf, term } from '../kit/query-text.js';
import { useRemote } from '../kit/remote.js';
import { to } from '../kit/router.js';
import { getSlowly } from '../kit/slow-lane.js';
import { Loaded } from '../parts/loaded.js';
import { LogText } from '../parts/log-text.js';
import { Moment } from '../parts/moment.js';

/** Who or what took part: a field of the event and its value. */
export interface Entity {
  readonly kind: 'address' | 'user' | 'host';
  readonly field: string;
  readonly value: string;
}

interface Named {
  readonly source?: { readonly ip: string };
  readonly host?: { readonly name?: string | readonly string[] };
  readonly user?: { readonly name?: string | readonly string[] };
  readonly related?: { readonly hosts: readonly string[] };
}

/** What a name is that somebody made up to be in the way: its past is not asked for, and not all of it shown. */
const LONGEST_ASKED = 1000;
const SHOWN_OF_LONG = 100;
/** More would be more questions to the log than anybody reads answers. */
const MOST = 6;

export function entitiesOf({ source, host, user, related }: Named): Entity[] {
  const all = (kind: Entity['kind'], field: string, values: readonly string[]): Entity[] =>
    [...new Set(values)].map((value) => ({ kind, field, value }));
  return [
    ...all('address', 'source.ip', list(source?.ip)),
    ...all('user', 'user.name', list(user?.name)),
    ...all('host', 'host.name', [...list(host?.name), ...(related?.hosts ?? [])]),
  ];
}

/** The query for all that they did. */
export function huntQuery(entities: readonly Entity[]): string {
  const [first] = entities;
  if (first === undefined) return '';
  // An address says it all; users and hosts are shared with others.
  if (first.kind === 'address') return term(first.field, first.value);
  return anyOf(entities.map(({ field, value }) => term(field, value)));
}

interface EntitiesProps {
  readonly of: readonly Entity[];
  /** When the case began. */
  readonly since: string;
}

export function Entities({ of, since }: EntitiesProps) {
  if (of.length === 0) return null;
  const others = of.slice(MOST);
  const here = new Set(of.map(({ value }) => value));
  return html`<section class="side">
    <h2>Who and what</h2>
    ${of.slice(0, MOST).map((entity) => html`<${Card} key=${entity.field + entity.value} entity=${entity} here=${here} since=${since} />`)}
    ${
      others.length > 0 &&
      html`<p class="entity muted"><span>and ${others.map(
        (entity, i) =>
          html`${i > 0 && ', '}<${EntityLink} key=${entity.field + entity.value} of=${entity} />`,
      )}</span></p>`
    }
  </section>`;
}

function EntityLink({ of: { field, value } }: { readonly of: Entity }) {
  return html`<a href=${to('search', { q: term(field, value), last: '24h' })}><${LogText} of=${value.length > LONGEST_ASKED ? `${value.slice(0, SHOWN_OF_LONG)} …` : value} /></a>`;
}

interface CardProps {
  readonly entity: Entity;
  /** All who took part: those are not elsewhere. */
  readonly here: ReadonlySet<string>;
  readonly since: string;
}

function Card({ entity, here, since }: CardProps) {
  const { kind, value } = entity;
  const isLong = value.length > LONGEST_ASKED;
  const known = useRemote<EntityDetail>(isLong ? null : apiPath('entities', { kind, value }), getSlowly);
  if (isLong)
    return html`<div class="entity"><p><span class="muted">${kind}</span> <${EntityLink} of=${entity} /></p></div>`;
  return html`<div class="entity">
    <p><span class="muted">${kind}</span> <${EntityLink} of=${entity} /></p>
    <${Loaded} of=${known} what="Its past" lines=${2}>
      ${(detail: EntityDetail) => html`<${Known} of=${detail} entity=${entity} here=${here} since=${since} />`}
    <//>
  </div>`;
}

function Known({ of, entity: { kind, value }, here, since }: CardProps & { readonly of: EntityDetail }) {
  const { first_seen, first_cut, events, elsewhere, day_cut, alerts } = of;
  const others = elsewhere.filter((one) => !here.has(one.value));
  const words = kind === 'host' ? ['from nobody else', 'also from'] : ['nowhere else', 'also on'];
  return html`<p class="muted">${
    first_seen === null
      ? first_cut
        ? 'first seen: not found in time'
        : 'in no stored event'
      : html`first seen <${Moment} at=${first_seen} age />${first_seen >= since && html` <span class="chip" title="In no stored event before this began.">new</span>`}`
  }</p>
    <p class="muted">
      ${day_cut && 'at least '}${counted(events, 'event')} in 24 h${
        others.length === 0
          ? !day_cut && events > 0 && `, ${words[0]}`
          : html`, ${words[1]} ${others.map(
              (other, i) =>
                html`${i > 0 && ', '}<span key=${other.value} title=${counted(other.count, 'event')}><${LogText} of=${other.value} /></span>`,
            )}`
      }
    </p>
    ${
      alerts > 0 &&
      html`<p class="muted"><a href=${to('alerts', { entity: value })}>${counted(alerts, 'alert')}</a> in 7 days</p>`
    }`;
}

function list(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return [];
  return typeof value === 'string' ? [value] : value;
}
