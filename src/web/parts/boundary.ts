import { useErrorBoundary } from 'preact/hooks';
import { type Children, html } from '../kit/html.js';

/** A screen that fails takes nothing else with it, and says so. */
export function Boundary({ children }: { readonly children: Children }) {
  const [error, reset] = useErrorBoundary((failure) => console.error(failure)) as [unknown, () => void];
  if (error === undefined) return children;
  return html`<div class="problem" role="alert">
    <p>This screen failed: ${String(error)}. It is a fault of the page, not of what is logged.</p>
    <button type="button" onClick=${reset}>Try again</button>
  </div>`;
}
