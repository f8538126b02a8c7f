import { send } from '../kit/api.js';
import type { NowState, SourceCard } from '../kit/api-types.js';
import { html } from '../kit/html.js';
import { useMayChange } from '../kit/may-change.js';
import { useRemote } from '../kit/remote.js';
import { messageOf } from '../kit/workflow.js';
import { CopyButton } from '../parts/copy-button.js';
import { Icon } from '../parts/icon.js';
import { say } from '../parts/toast.js';
import { firstSteps } from './first-steps.js';

/** An empty system: what to paste where, or a show. It turns by itself when the first event comes. */
export function Welcome({ demo }: { readonly demo: NowState['demo'] }) {
  const { data } = useRemote<{ readonly items: readonly SourceCard[] }>('/api/sources');
  const play = (): Promise<void> =>
    send('POST', '/api/demo', {}).then(
      () => say('The demo attack is being played.'),
      (error: unknown) => say(messageOf(error)),
    );
  const may = useMayChange();
  return html`<section class="welcome">
    <p>Send it something. This page turns by itself when the first event comes.</p>
    ${firstSteps(location.hostname, data?.items ?? []).map(
      ({ who, how, text }) => html`<div key=${who} class="step">
        <h2>${who}</h2>
        <p class="muted">${how}</p>
        <div class="copy-line"><code>${text}</code><${CopyButton} text=${text} /></div>
      </div>`,
    )}
    ${
      may &&
      html`<div class="step">
      <h2>Or watch it work</h2>
      <p class="muted">Plays a small attack: a scan, guessed passwords, a login, root. Its events are marked, and can be removed.</p>
      <button type="button" class="main" onClick=${play} disabled=${demo.running}><${Icon} name="play" /> Play the demo attack</button>
    </div>`
    }
  </section>`;
}
