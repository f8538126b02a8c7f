import { blockKey, valueKey } from '../model/event-keys.js';
import { type AddressSpan, positionOf, type Query, type ValueTest } from './query.js';

/**
 * What a stretch of the log must hold if any of its events is to pass the query: decided by its filter or its bytes,
 * before anything is parsed. Never narrower than the query.
 */
export type Need =
  | { readonly kind: 'all'; readonly needs: readonly Need[] }
  | { readonly kind: 'any'; readonly needs: readonly Need[] }
  | { readonly kind: 'key'; readonly key: number }
  /** In lower case. */
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'times'; readonly from: number; readonly until: number }
  /** A chunk from `first` to `last`, both included. */
  | { readonly kind: 'chunks'; readonly first: number; readonly last: number }
  | { readonly kind: 'nothing' };

/** What is known of a stretch. True = it may; whoever does not know says true. */
export interface Stretch {
  hasKey(key: number): boolean;
  hasText(text: string): boolean;
  hasTimes(from: number, until: number): boolean;
  hasChunks(first: number, last: number): boolean;
}

/** More blocks of 256 addresses than this are not asked for one by one. */
const MOST_BLOCKS = 16n;

const NOTHING: Need = { kind: 'nothing' };

export function needOf(query: Query): Need {
  switch (query.kind) {
    case 'all': {
      const needs = query.terms.map(needOf).filter(({ kind }) => kind !== 'nothing');
      return needs.length === 0 ? NOTHING : needs.length === 1 ? needs[0]! : { kind: 'all', needs };
    }
    case 'any':
      return anyOf(query.terms.map(needOf));
    case 'text':
      return { kind: 'text', text: query.text };
    case 'positions':
      return {
        kind: 'chunks',
        first: query.after?.seq ?? 0,
        last: query.before?.seq ?? Number.POSITIVE_INFINITY,
      };
    case 'field':
      return needOfField(query.field, query.test);
    default:
      return NOTHING;
  }
}

export function mayHold(need: Need, stretch: Stretch): boolean {
  switch (need.kind) {
    case 'all':
      return need.needs.every((one) => mayHold(one, stretch));
    case 'any':
      return need.needs.some((one) => mayHold(one, stretch));
    case 'key':
      return stretch.hasKey(need.key);
    case 'text':
      return stretch.hasText(need.text);
    case 'times':
      return stretch.hasTimes(need.from, need.until);
    case 'chunks':
      return stretch.hasChunks(need.first, need.last);
    case 'nothing':
      return true;
  }
}

/** Whether some part of it is decided by the bytes. */
export function needsText(need: Need): boolean {
  if (need.kind === 'all' || need.kind === 'any') return need.needs.some(needsText);
  return need.kind === 'text';
}

function needOfField(field: string, test: ValueTest): Need {
  if (field === '@timestamp' && test.kind === 'times')
    return { kind: 'times', from: test.from, until: test.until };
  if (field === 'event.original' && test.kind === 'contains') return { kind: 'text', text: test.text };
  if (test.kind === 'addresses') return needOfAddresses(field, test);
  if (test.kind !== 'equal') return NOTHING;
  if (field === 'event.id') return anyOf(test.texts.map(needOfId));
  if (field === 'related.ip' || valueKey(field, '') === null) return NOTHING;
  return anyOf(test.texts.map((text): Need => ({ kind: 'key', key: valueKey(field, text)! })));
}

function needOfId(id: string): Need {
  const seq = positionOf(id)?.seq ?? -1;
  return { kind: 'chunks', first: seq, last: seq };
}

function needOfAddresses(field: string, { family, from, to }: AddressSpan): Need {
  if (family !== 4 || blockKey(field, '') === null) return NOTHING;
  const needs: Need[] = [];
  const last = to >> 8n;
  if (last - (from >> 8n) >= MOST_BLOCKS) return NOTHING;
  for (let block = from >> 8n; block <= last; block++) {
    const prefix = `${block >> 16n}.${(block >> 8n) & 255n}.${block & 255n}.`;
    needs.push({ kind: 'key', key: blockKey(field, prefix)! });
  }
  return anyOf(needs);
}

function anyOf(needs: readonly Need[]): Need {
  if (needs.some(({ kind }) => kind === 'nothing')) return NOTHING;
  return needs.length === 1 ? needs[0]! : { kind: 'any', needs };
}
