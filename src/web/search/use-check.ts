import { useEffect, useState } from 'preact/hooks';
import { apiPath, get } from '../kit/api.js';
import type { QueryCheck } from '../kit/api-types.js';

export interface Fault {
  readonly message: string;
  readonly position: number;
}

const WAIT_MS = 200;

/** What is wrong with a query while it is written; null = nothing that is known. */
export function useCheck(text: string): Fault | null {
  const [fault, setFault] = useState<Fault | null>(null);
  useEffect(() => {
    const controller = new AbortController();
    const timer = setTimeout(() => {
      get<QueryCheck>(apiPath('query/check', { q: text }), controller.signal).then(
        (answer) => setFault(answer.ok ? null : answer),
        () => setFault(null),
      );
    }, WAIT_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [text]);
  return fault;
}
