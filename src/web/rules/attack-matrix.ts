import type { AttackCell, AttackMatrix, RuleRow } from '../kit/api-types.js';
import { STEPS } from '../kit/attack.js';
import { html } from '../kit/html.js';
import type { Remote } from '../kit/remote.js';
import { setParams } from '../kit/router.js';
import { Loaded } from '../parts/loaded.js';
import { LISTS } from './lists.js';
import { parentCells } from './parent-cells.js';
import { RuleTable } from './rule-table.js';

const ORDER = { covered: 0, no_data: 1, none: 2 } as const;
const WORDS = { covered: 'covered', no_data: 'a rule, but no data', none: 'not covered' } as const;
const MARKS = { covered: '●', no_data: '◐', none: '○' } as const;

interface AttackScreenProps {
  readonly of: Remote<AttackMatrix>;
  readonly technique: string;
  readonly rules: readonly RuleRow[];
}

/** ATT&CK's matrix by what can be seen of it. */
export function AttackScreen({ of, technique, rules }: AttackScreenProps) {
  return html`<${Loaded} of=${of} what="The ATT&CK matrix" lines=${8}>
    ${({ techniques }: AttackMatrix) => {
      const cells = parentCells(techniques);
      const chosen = cells.find(({ id }) => id === technique);
      return html`
        <${Summary} of=${cells} />
        ${chosen !== undefined && html`<${Chosen} of=${chosen} rules=${rules} />`}
        <${Matrix} of=${cells} technique=${technique} />
      `;
    }}
  <//>`;
}

function Summary({ of }: { readonly of: readonly AttackCell[] }) {
  const count = (state: AttackCell['state']): number => of.filter((cell) => cell.state === state).length;
  return html`<p class="matrix-legend">
    ${(['covered', 'no_data', 'none'] as const).map(
      (state) =>
        html`<span key=${state}><span class=${`cell-mark is-${state}`}>${MARKS[state]}</span> <b>${count(state)}</b> ${WORDS[state]}</span>`,
    )}
  </p>`;
}

function Chosen({ of, rules }: { readonly of: AttackCell; readonly rules: readonly RuleRow[] }) {
  const ids = new Set(of.rules.map(({ id }) => id));
  const all = LISTS.find(({ key }) => key === 'all')!;
  return html`<section class="chosen-technique">
    <header>
      <h2>${of.id} ${of.name}</h2>
      <button type="button" class="plain" onClick=${() => setParams({ technique: '' })}>Close</button>
    </header>
    <${RuleTable} of=${rules.filter(({ id }) => ids.has(id))} all=${rules} figure=${all.figure} empty="No rule looks for it yet." />
  </section>`;
}

interface MatrixProps {
  readonly of: readonly AttackCell[];
  readonly technique: string;
}

function Matrix({ of, technique }: MatrixProps) {
  return html`<div class="scroller matrix" role="group" aria-label="ATT&CK matrix" tabindex="0">
    ${STEPS.map(({ id, name }) => {
      const cells = of
        .filter(({ tactics }) => tactics.includes(id))
        .toSorted((a, b) => ORDER[a.state] - ORDER[b.state] || a.id.localeCompare(b.id));
      const covered = cells.filter(({ state }) => state === 'covered').length;
      return html`<section key=${id}>
        <h2>${name}<span>${covered} of ${cells.length}</span></h2>
        <ul>
          ${cells.map((cell) => html`<li key=${cell.id}><${Cell} of=${cell} isOpen=${cell.id === technique} /></li>`)}
        </ul>
      </section>`;
    })}
  </div>`;
}

function Cell({ of, isOpen }: { readonly of: AttackCell; readonly isOpen: boolean }) {
  return html`<button
    type="button"
    class=${`cell is-${of.state}`}
    aria-expanded=${isOpen}
    title=${`${of.id} ${of.name}: ${WORDS[of.state]}, ${of.rules.length} ${of.rules.length === 1 ? 'rule' : 'rules'}`}
    onClick=${() => setParams({ technique: isOpen ? '' : of.id })}
  >
    <span aria-hidden="true">${MARKS[of.state]}</span> ${of.name}<span class="unseen">, ${WORDS[of.state]}</span>
  </button>`;
}
