import { useEffect } from 'preact/hooks';
import type { Workflow } from '../../model/workflow.js';
import { get } from './api.js';
import type { Alert, Incident, NowState } from './api-types.js';
import { encodePart } from './place.js';
import { createStore } from './store.js';

export interface Live {
  readonly now: NowState | null;
  /** When the stream last said anything, ms of this machine's clock; null = not yet. */
  readonly heard: number | null;
}

export type Change = Alert | Incident;

/** What somebody just said of an alert or incident. */
export interface Said {
  readonly kind: 'alert' | 'incident';
  readonly id: string;
  readonly workflow: Workflow;
}

/** The one stream of the page. */
export const live = createStore<Live>({ now: null, heard: null });

/** A closed stream is opened again after this, as a browser does by itself only after some failures. */
const RETRY_MS = 3000;

const changeListeners = new Set<(change: Change) => void>();
const saidListeners = new Set<(said: Said) => void>();
const resetListeners = new Set<() => void>();
let source: EventSource | null = null;
let position = '';
let isStarted = false;
let retry: ReturnType<typeof setTimeout> | undefined;

let asked: Promise<NowState> | null = null;

/** Asks how things stand, for the time until the stream says it; once, however many want to know. @throws ApiError */
export function readNow(): Promise<NowState> {
  asked ??= get<NowState>('/api/now')
    .then((now) => {
      if (live.get().now === null) live.set({ now, heard: Date.now() });
      return now;
    })
    .finally(() => {
      asked = null;
    });
  return asked;
}

/** Opens the stream, and from then on keeps it open while the page can be seen. */
export function startLive(): void {
  if (!isStarted) document.addEventListener('visibilitychange', follow);
  isStarted = true;
  follow();
}

export function stopLive(): void {
  isStarted = false;
  document.removeEventListener('visibilitychange', follow);
  close();
}

/** @param onReset something was missed: read anew */
export function useChanges(onChange: (change: Change) => void, onReset: () => void): void {
  useEffect(() => {
    changeListeners.add(onChange);
    resetListeners.add(onReset);
    return () => {
      changeListeners.delete(onChange);
      resetListeners.delete(onReset);
    };
  }, [onChange, onReset]);
}

export function useSaid(onSaid: (said: Said) => void): void {
  useEffect(() => {
    saidListeners.add(onSaid);
    return () => {
      saidListeners.delete(onSaid);
    };
  }, [onSaid]);
}

function follow(): void {
  if (document.hidden) close();
  else if (source === null) open();
}

function open(): void {
  clearTimeout(retry);
  // A browser sends Last-Event-ID only when it reconnects by itself.
  const from = position === '' ? '' : `?last_event_id=${encodePart(position)}`;
  const opened = new EventSource(`/api/stream${from}`);
  source = opened;
  opened.addEventListener('now', ({ data, lastEventId }) => {
    position = lastEventId;
    const wasDemo = live.get().now?.demo.present === true;
    const now = JSON.parse(data) as NowState;
    live.set({ now, heard: Date.now() });
    // What it left is gone from every list, of which no change tells.
    if (wasDemo && !now.demo.present) for (const listener of [...resetListeners]) listener();
  });
  opened.addEventListener('change', ({ data, lastEventId }) => {
    position = lastEventId;
    live.set({ ...live.get(), heard: Date.now() });
    const change = JSON.parse(data) as Change;
    for (const listener of [...changeListeners]) listener(change);
  });
  opened.addEventListener('workflow', ({ data, lastEventId }) => {
    position = lastEventId;
    const said = JSON.parse(data) as Said;
    for (const listener of [...saidListeners]) listener(said);
  });
  opened.addEventListener('reset', ({ lastEventId }) => {
    position = lastEventId;
    for (const listener of [...resetListeners]) listener();
  });
  opened.addEventListener('error', () => {
    if (opened.readyState !== EventSource.CLOSED || source !== opened) return;
    close();
    // It was refused and does not say why: another question does, such as that the session is over.
    readNow().catch(() => {});
    if (isStarted) retry = setTimeout(follow, RETRY_MS);
  });
}

function close(): void {
  clearTimeout(retry);
  source?.close();
  source = null;
}
