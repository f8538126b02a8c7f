import { send } from '../kit/api.js';
import type { NowState } from '../kit/api-types.js';
import { html } from '../kit/html.js';
import { useMayChange } from '../kit/may-change.js';
import { messageOf } from '../kit/workflow.js';
import { say } from '../parts/toast.js';

/** Says that part of what is shown was played, as long as it is there. */
export function DemoNote({ demo }: { readonly demo: NowState['demo'] }) {
  const may = useMayChange();
  if (demo.running) return html`<p class="note" role="status">The demo attack is being played.</p>`;
  if (!demo.present) return null;
  const purge = (): Promise<void> =>
    send('DELETE', '/api/demo').then(
      () => say('What the demo left is removed.'),
      (error: unknown) => say(messageOf(error)),
    );
  return html`<p class="note">
    Some of this is the demo attack. ${may && html`<button type="button" onClick=${purge}>Remove it</button>`}
  </p>`;
}
