import type { RuleRow } from '../kit/api-types.js';
import { html } from '../kit/html.js';
import { to } from '../kit/router.js';
import { Moment } from '../parts/moment.js';
import { Severity } from '../parts/severity.js';
import { logsourceWords, type RuleListing } from './lists.js';

interface RuleTableProps {
  readonly of: readonly RuleRow[];
  /** What shares are of. */
  readonly all: readonly RuleRow[];
  readonly figure: RuleListing['figure'];
  readonly empty: string;
}

export function RuleTable({ of, all, figure, empty }: RuleTableProps) {
  if (of.length === 0) return html`<p class="empty">${empty}</p>`;
  return html`<ul class="rows rule-table">
    ${of.map(
      (rule) => html`<li key=${rule.id}>
        <${Severity} level=${rule.level} />
        <a class="row-title" data-row href=${to(`rules/${rule.id}`)}>${rule.title}</a>
        <span class="muted">${rule.logsource === null ? rule.kind : logsourceWords(rule.logsource)}</span>
        <span class="number">${figure(rule, all)}</span>
        <span class="muted"><${Moment} at=${rule.last_alert} /></span>
      </li>`,
    )}
  </ul>`;
}
