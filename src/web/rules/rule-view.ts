import { useEffect, useState } from 'preact/hooks';
import type { ScreenProps } from '../app.js';
import { send } from '../kit/api.js';
import type { RuleDetail } from '../kit/api-types.js';
import { html } from '../kit/html.js';
import { useMayChange } from '../kit/may-change.js';
import { encodePart } from '../kit/place.js';
import { useRemote } from '../kit/remote.js';
import { to } from '../kit/router.js';
import { useTitle } from '../kit/title.js';
import { messageOf } from '../kit/workflow.js';
import { BackLink } from '../parts/back-link.js';
import { CopyButton } from '../parts/copy-button.js';
import { Figure } from '../parts/figure.js';
import { LineTest } from '../parts/line-test.js';
import { Loaded } from '../parts/loaded.js';
import { LogText } from '../parts/log-text.js';
import { Moment } from '../parts/moment.js';
import { Severity } from '../parts/severity.js';
import { say } from '../parts/toast.js';
import { Backtest } from './backtest.js';
import { logsourceWords } from './lists.js';
import { Reach } from './reach.js';
import { filterYaml, suggestFilter } from './suggest-filter.js';

const STATES = {
  fires: 'fires',
  quiet: 'never fired',
  no_data: 'cannot fire: no data',
  disabled: 'off',
} as const;

/** What does this rule do, and is it any good? */
export function RuleView({ id }: ScreenProps) {
  const remote = useRemote<RuleDetail>(`/api/rules/${encodePart(id)}`);
  useTitle(remote.data?.title ?? 'Rule');
  return html`<${BackLink} screen="rules" name="Rules" />
    <${Loaded} of=${remote} what="This rule" lines=${8}>
      ${(rule: RuleDetail) => html`<${Detail} rule=${rule} onChanged=${remote.reload} />`}
    <//>`;
}

function Detail({ rule, onChanged }: { readonly rule: RuleDetail; readonly onChanged: () => void }) {
  // All rules are compiled again, which takes seconds.
  const [isTurning, setTurning] = useState(false);
  useEffect(() => setTurning(false), [rule]);
  const turn = async (): Promise<void> => {
    setTurning(true);
    try {
      await send('POST', `/api/rules/${encodePart(rule.id)}/${rule.enabled ? 'disable' : 'enable'}`, {});
      say(rule.enabled ? 'The rule is off.' : 'The rule is on.');
      onChanged();
    } catch (error) {
      say(messageOf(error));
      setTurning(false);
    }
  };
  const may = useMayChange();
  return html`<article class="case">
    <header class="case-head">
      <div class="case-title"><${Severity} level=${rule.level} /><h1><${LogText} of=${rule.title} /></h1></div>
      <p class="row-facts">
        <span class="chip">${STATES[rule.state]}</span>
        <span>${rule.logsource === null ? rule.kind : logsourceWords(rule.logsource)}</span>
        ${rule.techniques.map((technique) => html`<a key=${technique} href=${to('rules', { technique: technique.split('.')[0]! })}>${technique}</a>`)}
        <code><${LogText} of=${rule.file} /></code>
      </p>
      <${Reach} of=${rule} />
      ${rule.description !== '' && html`<p class="prose"><${LogText} of=${rule.description} multiline /></p>`}
      <div class="actions">
        ${may && html`<button type="button" disabled=${isTurning} onClick=${turn}>${turnWords(rule.enabled, isTurning)}</button>`}
        <a class="button" href=${to('alerts', { rule: rule.id })}>Its alerts</a>
      </div>
      <dl class="facts">
        <div><dt>events tried</dt><dd><${Figure} of=${rule.candidates} /></dd></div>
        <div><dt>matched</dt><dd><${Figure} of=${rule.matches} /></dd></div>
        <div><dt>fired</dt><dd><${Figure} of=${rule.firings} /></dd></div>
        <div><dt>alerts, 7 d</dt><dd><${Figure} of=${rule.alerts} /></dd></div>
        <div><dt>time taken</dt><dd><${Figure} of=${Math.round(rule.milliseconds)} unit=" ms" /></dd></div>
        <div><dt>last alert</dt><dd><${Moment} at=${rule.last_alert} /></dd></div>
      </dl>
    </header>
    <div class="case-body">
      <section>
        <${Suggestion} rule=${rule} />
        <h2>The rule</h2>
        <pre class="yaml"><${LogText} of=${rule.text} raw multiline /></pre>
        <${Recent} of=${rule.recent} />
      </section>
      <aside>
        <section class="side"><h2>Test a line</h2><${LineTest} line="" rule=${rule.id} /></section>
        <${Backtest} rule=${rule.id} />
        <${Texts} title="When it is wrong" of=${rule.falsepositives} />
        <${References} of=${rule.references} />
      </aside>
    </div>
  </article>`;
}

function turnWords(enabled: boolean, isTurning: boolean): string {
  if (isTurning) return enabled ? 'Turning off …' : 'Turning on …';
  return enabled ? 'Turn off' : 'Turn on';
}

function Suggestion({ rule }: { readonly rule: RuleDetail }) {
  const suggestion = suggestFilter(rule.recent);
  if (suggestion === null) return null;
  const yaml = filterYaml(rule, suggestion);
  return html`<div class="note suggestion">
    <p>
      ${Math.round(suggestion.share * 100)} % of its last alerts have ${suggestion.field} <b><${LogText} of=${suggestion.value} /></b>.
      If that is allowed, this filter, saved beside your rules, quiets them:
    </p>
    <div class="copy-line"><pre><${LogText} of=${yaml} raw multiline /></pre><${CopyButton} text=${yaml} /></div>
  </div>`;
}

function Recent({ of }: { readonly of: RuleDetail['recent'] }) {
  if (of.length === 0) return html`<p class="quiet-note">It has raised no alert that is still stored.</p>`;
  return html`<h2>Last alerts</h2>
    <ul class="recent">${of.map(
      ({ alert, reason, entity }) => html`<li key=${alert.id}>
        <${Moment} at=${alert.last_seen} />
        <a data-row href=${to(`alerts/${alert.id}`)}><${LogText} of=${entity} /></a>
        <${LogText} of=${reason} />
      </li>`,
    )}</ul>`;
}

function Texts({ title, of }: { readonly title: string; readonly of: readonly string[] }) {
  if (of.length === 0) return null;
  return html`<section class="side"><h2>${title}</h2><ul>${of.map((text) => html`<li key=${text}><${LogText} of=${text} /></li>`)}</ul></section>`;
}

/** A rule file may name any address; only those of the web are links. */
function References({ of }: { readonly of: readonly string[] }) {
  if (of.length === 0) return null;
  return html`<section class="side"><h2>References</h2><ul>
    ${of.map(
      (text) => html`<li key=${text}>
        ${/^https?:\/\//i.test(text) ? html`<a href=${text} target="_blank" rel="noopener noreferrer"><${LogText} of=${text} /></a>` : html`<${LogText} of=${text} />`}
      </li>`,
    )}
  </ul></section>`;
}
