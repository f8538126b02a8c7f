import { send } from '../kit/api.js';
import type { Silence } from '../kit/api-types.js';
import { html } from '../kit/html.js';
import { useMayChange } from '../kit/may-change.js';
import { counted } from '../kit/number.js';
import { encodePart } from '../kit/place.js';
import { useRemote } from '../kit/remote.js';
import { useTitle } from '../kit/title.js';
import { messageOf } from '../kit/workflow.js';
import { Loaded } from '../parts/loaded.js';
import { LogText } from '../parts/log-text.js';
import { Moment } from '../parts/moment.js';
import { say } from '../parts/toast.js';
import { CaseTabs } from './case-tabs.js';

export function SilencesScreen() {
  useTitle('Silences');
  const remote = useRemote<{ readonly items: readonly Silence[] }>('/api/silences');
  const end = async (id: string): Promise<void> => {
    try {
      await send('DELETE', `/api/silences/${encodePart(id)}`);
      say('The silence is over.');
      remote.reload();
    } catch (error) {
      say(messageOf(error));
    }
  };
  return html`<${CaseTabs} current="silences" />
    <${Loaded} of=${remote} what="Silences">
      ${({ items }: { readonly items: readonly Silence[] }) =>
        items.length === 0
          ? html`<p class="empty">Nothing is silenced. An alert or incident that you do not want to see again has
              "Silence more like this".</p>`
          : html`<ul class="rows">${items.map((silence) => html`<${Row} key=${silence.id} of=${silence} onEnd=${end} />`)}</ul>`}
    <//>`;
}

function Row({ of, onEnd }: { readonly of: Silence; readonly onEnd: (id: string) => void }) {
  const may = useMayChange();
  return html`<li class="silence-row">
    <div>
      <p class="row-title">${Object.entries(of.matcher).map(
        ([key, value]) =>
          html`<span class="pair" key=${key}><span class="muted">${key}</span> <${LogText} of=${String(value)} /></span>`,
      )}</p>
      <p class="row-facts">
        <${LogText} of=${of.reason} /><span>by ${of.by}</span><span>hid ${counted(of.hits, 'alert')}</span>
        <span>${of.active ? 'until' : 'ended'} <${Moment} at=${of.expires} /></span>
      </p>
    </div>
    ${may && of.active && html`<button type="button" onClick=${() => onEnd(of.id)}>End it</button>`}
  </li>`;
}
