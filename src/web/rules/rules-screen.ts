import type { ScreenProps } from '../app.js';
import type { AttackMatrix, RuleList } from '../kit/api-types.js';
import { html } from '../kit/html.js';
import { type Remote, useRemote } from '../kit/remote.js';
import { to } from '../kit/router.js';
import { useTitle } from '../kit/title.js';
import { Loaded } from '../parts/loaded.js';
import { LogText } from '../parts/log-text.js';
import { Tabs } from '../parts/tabs.js';
import { AttackScreen } from './attack-matrix.js';
import { canUse, LISTS } from './lists.js';
import { RefusedList } from './refused-list.js';
import { RuleTable } from './rule-table.js';

/** What can fire, given what arrives? */
export function RulesScreen({ params }: ScreenProps) {
  const { list = '', technique = '', source = '' } = params;
  useTitle('Rules');
  const remote = useRemote<RuleList>('/api/rules');
  const attack = useRemote<AttackMatrix>(list === '' ? '/api/attack' : null);
  return html`<h1 class="unseen">Rules</h1>
    <${Loaded} of=${remote} what="Rules" lines=${8}>
      ${(data: RuleList) => html`
        <${Tabs}
          label="Rules"
          items=${[
            { name: 'ATT&CK', href: to('rules'), current: list === '' },
            ...LISTS.map(({ key, name, pick }) => ({
              name,
              href: to('rules', { list: key }),
              current: list === key,
              count: pick(data.items).length,
            })),
            {
              name: 'Refused',
              href: to('rules', { list: 'refused' }),
              current: list === 'refused',
              count: data.refused.filter(({ further }) => !further).length,
            },
          ]}
        />
        <${Shown} list=${list} technique=${technique} source=${source} data=${data} attack=${attack} />
      `}
    <//>`;
}

interface ShownProps {
  readonly list: string;
  readonly technique: string;
  /** Only rules that can use what it sends; empty = all. */
  readonly source: string;
  readonly data: RuleList;
  readonly attack: Remote<AttackMatrix>;
}

function Shown({ list, technique, source, data, attack }: ShownProps) {
  if (list === 'refused') return html`<${RefusedList} of=${data.refused} />`;
  const chosen = LISTS.find(({ key }) => key === list);
  if (chosen === undefined)
    return html`<${AttackScreen} of=${attack} technique=${technique} rules=${data.items} />`;
  const picked = chosen.pick(data.items);
  const shown = source === '' ? picked : picked.filter((rule) => canUse(rule, source));
  return html`<p class="quiet-note">${
    source === ''
      ? chosen.words
      : html`Only rules that can use what <b><${LogText} of=${source} /></b> sends. <a href=${to('rules', { list })}>Show all</a>`
  }</p>
    <${RuleTable} of=${shown} all=${data.items} figure=${chosen.figure} empty=${source === '' ? chosen.empty : 'There is none.'} />`;
}
