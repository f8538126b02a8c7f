import { useMemo } from 'preact/hooks';
import { send } from '../kit/api.js';
import type { RuleList, Silence } from '../kit/api-types.js';
import { html } from '../kit/html.js';
import { useMayChange } from '../kit/may-change.js';
import { counted } from '../kit/number.js';
import { encodePart } from '../kit/place.js';
import { useRemote } from '../kit/remote.js';
import { to } from '../kit/router.js';
import { useTitle } from '../kit/title.js';
import { useEvery } from '../kit/use-every.js';
import { messageOf } from '../kit/workflow.js';
import { Loaded } from '../parts/loaded.js';
import { LogText } from '../parts/log-text.js';
import { Moment } from '../parts/moment.js';
import { say } from '../parts/toast.js';
import { CaseTabs } from './case-tabs.js';

/** The stream does not tell of them. */
const EVERY_MS = 5000;

export function SilencesScreen() {
  useTitle('Silences');
  const remote = useRemote<{ readonly items: readonly Silence[] }>('/api/silences');
  useEvery(EVERY_MS, remote.reload);
  const hasRules = remote.data?.items.some(({ matcher }) => matcher.rule !== undefined) === true;
  const rules = useRemote<RuleList>(hasRules ? '/api/rules' : null);
  const titles = useMemo(() => new Map(rules.data?.items.map(({ id, title }) => [id, title])), [rules.data]);
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
          : html`<ul class="rows">${items.map((silence) => html`<${Row} key=${silence.id} of=${silence} titles=${titles} onEnd=${end} />`)}</ul>`}
    <//>`;
}

interface RowProps {
  readonly of: Silence;
  /** Of rules, by id. */
  readonly titles: ReadonlyMap<string, string>;
  readonly onEnd: (id: string) => void;
}

function Row({ of, titles, onEnd }: RowProps) {
  const may = useMayChange();
  return html`<li class="silence-row">
    <div>
      <p class="row-title">${Object.entries(of.matcher).map(
        ([key, value]) =>
          html`<span class="pair" key=${key}><span class="muted">${key}</span> ${key === 'rule' ? html`<${RuleName} id=${String(value)} title=${titles.get(String(value))} />` : html`<${LogText} of=${String(value)} />`}</span>`,
      )}</p>
      <p class="row-facts">
        <${LogText} of=${of.reason} /><span>by ${of.by}</span><span>hid ${counted(of.hits, 'alert')}</span>
        <span>${of.active ? 'until' : 'ended'} <${Moment} at=${of.expires} /></span>
      </p>
    </div>
    ${may && of.active && html`<button type="button" onClick=${() => onEnd(of.id)}>End it</button>`}
  </li>`;
}

function RuleName({ id, title }: { readonly id: string; readonly title: string | undefined }) {
  if (title === undefined) return html`<${LogText} of=${id} />`;
  return html`<a href=${to(`rules/${id}`)}><${LogText} of=${title} /></a>`;
}
