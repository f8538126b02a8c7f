import type { VNode } from 'preact';
import { html } from '../kit/html.js';
import type { Remote } from '../kit/remote.js';
import { Skeleton } from './skeleton.js';

interface LoadedProps<T> {
  readonly of: Remote<T>;
  /** What it is, as in "… could not be read". */
  readonly what: string;
  readonly lines?: number;
  readonly children: (data: T) => VNode;
}

/** Something of the API, or the shape of it while it comes, or why it does not. */
export function Loaded<T>({ of, what, lines = 3, children }: LoadedProps<T>) {
  if (of.data !== null) return children(of.data);
  if (of.error === null) return html`<${Skeleton} lines=${lines} />`;
  if (of.error.status === 404) return html`<p class="quiet-note">${what}: not available here.</p>`;
  return html`<div class="problem" role="alert">
    <p>${what} could not be read. ${of.error.message}</p>
    <button type="button" onClick=${of.reload}>Try again</button>
  </div>`;
}
