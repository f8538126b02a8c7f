import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { html } from '../kit/html.js';
import { shortNumber } from '../kit/number.js';
import { Icon } from '../parts/icon.js';
import { LogText } from '../parts/log-text.js';
import { completableAt, complete } from './completion.js';
import { type Fault, useCheck } from './use-check.js';
import { type Proposal, useProposals } from './use-proposals.js';

interface QueryBarProps {
  readonly query: string;
  /** The cursor is wanted here: `/` was pressed, or the page was opened to search. */
  readonly focus: number;
  readonly onRun: (query: string) => void;
}

/** Where a query is written: proposes fields and values, and underlines what is wrong where it is. */
export function QueryBar({ query, focus, onRun }: QueryBarProps) {
  const input = useRef<HTMLInputElement>(null);
  const mirror = useRef<HTMLDivElement>(null);
  const [text, setText] = useState(query);
  const [cursor, setCursor] = useState<number | null>(null);
  const [active, setActive] = useState(-1);
  const fault = useCheck(text);
  const place = useMemo(() => (cursor === null ? null : completableAt(text, cursor)), [text, cursor]);
  const proposals = useProposals(place);
  const isOpen = place !== null && proposals.length > 0;

  useEffect(() => setText(query), [query]);
  useEffect(() => {
    if (focus > 0) input.current!.select();
    if (focus > 0) input.current!.focus();
  }, [focus]);

  const take = (proposal: Proposal): void => {
    const taken = complete(text, place!, proposal.text);
    setText(taken.text);
    setActive(-1);
    setCursor(taken.cursor);
    requestAnimationFrame(() => input.current?.setSelectionRange(taken.cursor, taken.cursor));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (!isOpen) return;
    if (event.key === 'ArrowDown') setActive((active + 1) % proposals.length);
    else if (event.key === 'ArrowUp') setActive((active <= 0 ? proposals.length : active) - 1);
    else if (event.key === 'Escape') setCursor(null);
    else if (event.key === 'Tab' || (event.key === 'Enter' && active >= 0))
      take(proposals[Math.max(0, active)]!);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const onInput = (event: Event): void => {
    const { value, selectionStart } = event.target as HTMLInputElement;
    setText(value);
    setActive(-1);
    setCursor(selectionStart);
  };
  const onSubmit = (event: Event): void => {
    event.preventDefault();
    setCursor(null);
    onRun(text);
  };
  return html`<form class="query-bar" role="search" onSubmit=${onSubmit}>
    <div class="query-field">
      <div ref=${mirror} class="query-mirror" aria-hidden="true">${fault !== null && underlined(text, fault)}</div>
      <input
        ref=${input}
        value=${text}
        onInput=${onInput}
        onKeyDown=${onKeyDown}
        onBlur=${() => setCursor(null)}
        onScroll=${() => {
          mirror.current!.scrollLeft = input.current!.scrollLeft;
        }}
        placeholder='source.ip:203.0.113.0/24 and process.name:sshd and "Failed"'
        aria-label="Query"
        aria-invalid=${fault !== null}
        aria-describedby="query-fault"
        role="combobox"
        aria-expanded=${isOpen}
        aria-controls="query-proposals"
        aria-activedescendant=${active >= 0 ? `proposal-${active}` : undefined}
        autocomplete="off"
        autocapitalize="off"
        spellcheck=${false}
      />
      ${isOpen && html`<${Proposals} of=${proposals} active=${active} onTake=${take} />`}
    </div>
    <button class="main"><${Icon} name="search" /> Search</button>
    <p id="query-fault" class="problem" role="status">${fault !== null && html`<${LogText} of=${fault.message.split('\n')[0]!} />`}</p>
  </form>`;
}

function underlined(text: string, { position }: Fault) {
  const rest = text.slice(position);
  const end = rest.search(/\S\s/) + 1 || rest.length;
  return html`${text.slice(0, position)}<span class="fault">${rest.slice(0, end) || ' '}</span>`;
}

interface ProposalsProps {
  readonly of: readonly Proposal[];
  readonly active: number;
  readonly onTake: (proposal: Proposal) => void;
}

function Proposals({ of, active, onTake }: ProposalsProps) {
  // Before the field loses the cursor.
  const onMouseDown = (proposal: Proposal) => (event: Event) => {
    event.preventDefault();
    onTake(proposal);
  };
  return html`<ul class="proposals" id="query-proposals" role="listbox" aria-label="Proposals">
    ${of.map(
      (proposal, i) => html`<li
        key=${proposal.text}
        id=${`proposal-${i}`}
        role="option"
        aria-selected=${i === active}
        onMouseDown=${onMouseDown(proposal)}
      >
        <${LogText} of=${proposal.text} />
        ${proposal.count !== undefined && html`<span class="muted">${shortNumber(proposal.count)}</span>`}
      </li>`,
    )}
  </ul>`;
}
