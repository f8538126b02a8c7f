import type { VNode } from 'preact';
import type { ApiError } from '../kit/api.js';
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

/** Something of the API, or the shape of it while it comes, or why it does not: above what was there before, where that was. */
export function Loaded<T>({ of, what, lines = 3, children }: LoadedProps<T>) {
  const { data, error, reload } = of;
  if (data === null && error === null) return html`<${Skeleton} lines=${lines} />`;
  return html`
    ${error !== null && html`<${Problem} of=${error} what=${what} onTry=${reload} />`}
    ${data !== null && children(data)}
  `;
}

interface ProblemProps {
  readonly of: ApiError;
  readonly what: string;
  readonly onTry: () => void;
}

function Problem({ of, what, onTry }: ProblemProps) {
  if (of.status === 404) return html`<p class="quiet-note">${what}: not available here.</p>`;
  return html`<div class="problem" role="alert">
    <p>${what} could not be read. ${of.message}</p>
    <button type="button" onClick=${onTry}>Try again</button>
  </div>`;
}
