import { useEffect, useState } from 'preact/hooks';
import { apiPath, get } from '../kit/api.js';
import type { ValueCount } from '../kit/api-types.js';
import type { Completable } from './completion.js';

export interface Proposal {
  readonly text: string;
  /** How often the value was seen. */
  readonly count?: number;
}

const WAIT_MS = 120;
const MOST = 12;

/** Fields and top values that go on from what is being written. */
export function useProposals(at: Completable | null): readonly Proposal[] {
  const [proposals, setProposals] = useState<readonly Proposal[]>([]);
  const key = at === null ? '' : `${at.kind} ${at.field} ${at.prefix}`;
  // `key` is all of it that is asked.
  useEffect(() => {
    setProposals([]);
    if (at === null) return;
    const controller = new AbortController();
    const timer = setTimeout(() => {
      ask(at, controller.signal).then(
        (found) => setProposals(found.slice(0, MOST)),
        () => {},
      );
    }, WAIT_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [key]);
  return proposals;
}

async function ask({ kind, field, prefix }: Completable, signal: AbortSignal): Promise<Proposal[]> {
  if (kind === 'field') {
    const { items } = await get<{ readonly items: readonly string[] }>(apiPath('fields', { prefix }), signal);
    return items.filter((text) => text !== prefix).map((text) => ({ text }));
  }
  const { items } = await get<{ readonly items: readonly ValueCount[] }>(
    apiPath('fields/values', { field, prefix }),
    signal,
  );
  return items.map(({ value, count }) => ({ text: value, count }));
}
