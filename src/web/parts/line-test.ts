import { useState } from 'preact/hooks';
import { send } from '../kit/api.js';
import type { RuleTest } from '../kit/api-types.js';
import { html } from '../kit/html.js';
import { flatten } from '../search/flatten.js';
import { ActionForm } from './action-form.js';
import { LogText } from './log-text.js';

interface LineTestProps {
  /** The line to begin with. */
  readonly line: string;
  /** Only this rule is asked; else all that are in use. */
  readonly rule?: string;
}

/** One line taken through parser, normalizer and rules, without storing it. */
export function LineTest({ line, rule }: LineTestProps) {
  const [result, setResult] = useState<RuleTest | null>(null);
  const test = async (fields: FormData): Promise<void> => {
    const body = {
      line: String(fields.get('line')),
      ...(rule === undefined ? {} : { id: rule }),
    };
    setResult(await send<RuleTest>('POST', '/api/rules/test', body));
  };
  return html`<div class="line-test">
    <${ActionForm} action="Test" onSubmit=${test}>
      <label class="field"><span>A line, as it is sent</span>
        <textarea name="line" rows="3" required class="mono" spellcheck=${false}>${line}</textarea>
      </label>
    <//>
    ${result !== null && html`<${Result} of=${result} />`}
  </div>`;
}

function Result({ of: { event, errors, rules } }: { readonly of: RuleTest }) {
  const matching = rules.filter(({ match }) => match);
  return html`<div class="test-result" role="status">
    ${errors.map((error) => html`<p class="problem" key=${error}><${LogText} of=${error} /></p>`)}
    <p><strong>${matching.length === 0 ? 'No rule matches.' : `Matches: ${matching.map(({ title }) => title).join(', ')}`}</strong></p>
    ${rules.map(({ id, explanation }) => explanation !== '' && html`<pre key=${id}><${LogText} of=${explanation} raw multiline /></pre>`)}
    <dl class="pairs">${flatten(event).map(
      ([name, values]) =>
        html`<div key=${name}><dt><${LogText} of=${name} /></dt><dd><${LogText} of=${values.join(', ')} /></dd></div>`,
    )}</dl>
  </div>`;
}
