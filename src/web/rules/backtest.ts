import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, ndjson } from '../kit/api.js';
import { html } from '../kit/html.js';
import { counted, shortNumber } from '../kit/number.js';
import { ActionForm } from '../parts/action-form.js';
import { LogText } from '../parts/log-text.js';

interface BacktestLine {
  readonly progress?: { readonly records: number };
  readonly result?: {
    readonly firings: number;
    readonly alerts: number;
    readonly records: number;
    readonly entities: readonly { readonly value: string; readonly count: number }[];
  };
  readonly error?: { readonly message: string };
}

const LASTS = ['1d', '7d', '30d'] as const;
const SHOWN = 10;

/** How often the rule would have fired over the stored events, and about whom. */
export function Backtest({ rule }: { readonly rule: string }) {
  const [line, setLine] = useState<BacktestLine | null>(null);
  const running = useRef<AbortController | null>(null);
  // One that nobody waits for any more is not read to its end: there is room for one.
  useEffect(() => () => running.current?.abort(), []);
  const run = async (fields: FormData): Promise<void> => {
    setLine(null);
    running.current = new AbortController();
    const { signal } = running.current;
    const body = JSON.stringify({ id: rule, last: fields.get('last') });
    const headers = { 'content-type': 'application/json' };
    for await (const next of ndjson<BacktestLine>('/api/rules/backtest', {
      method: 'POST',
      headers,
      body,
      signal,
    })) {
      if (next.error !== undefined) throw new ApiError(0, 'backtest', next.error.message);
      setLine(next);
    }
  };
  return html`<section class="side">
    <h2>Would have fired</h2>
    <${ActionForm} action="Try" onSubmit=${run}>
      <label class="field"><span>Over the stored events of the last</span>
        <select name="last">${LASTS.map((last) => html`<option key=${last} selected=${last === '7d'}>${last}</option>`)}</select>
      </label>
    <//>
    <div role="status">
      ${line?.progress !== undefined && html`<p class="quiet-note">${counted(line.progress.records, 'record')} read …</p>`}
      ${
        line?.result !== undefined &&
        html`<p>It would have fired <strong>${counted(line.result.firings, 'time')}</strong> and raised
            ${' '}<strong>${counted(line.result.alerts, 'alert')}</strong>, in ${counted(line.result.records, 'record')}.</p>
          <ul>${line.result.entities
            .slice(0, SHOWN)
            .map(
              ({ value, count }) =>
                html`<li key=${value}><${LogText} of=${value} /> <span class="muted">${shortNumber(count)}</span></li>`,
            )}</ul>`
      }
    </div>
  </section>`;
}
