import { type IncidentStage, stagesInTime } from '../../model/incident.js';
import { STEPS } from '../kit/attack.js';
import { html } from '../kit/html.js';
import { localTime } from '../kit/time.js';
import { Moment } from './moment.js';

interface StageRailProps {
  readonly stages: readonly IncidentStage[];
}

/** How far an attack has come: a small step for each tactic of ATT&CK, those that were seen filled; the last one in words. */
export function StageRail({ stages }: StageRailProps) {
  const seen = new Map(stages.map((stage) => [stage.tactic.id, stage]));
  const words = stagesInTime(stages)
    .map(({ tactic }) => tactic.name)
    .join(' → ');
  return html`<span class="stage-rail" title=${words}>
    <span class="steps" aria-hidden="true">
      ${STEPS.map(({ id }) => html`<i key=${id} class=${seen.has(id) ? 'is-seen' : ''} />`)}
    </span>
    <span class="stage-words">${words}</span>
  </span>`;
}

/** The same in full: each stage that was seen, with its time and rules. */
export function StageTrack({ stages }: StageRailProps) {
  return html`<ol class="stage-track" aria-label="Stages of the attack">
    ${stagesInTime(stages).map(
      ({ tactic, first_seen, last_seen, rules }) => html`<li
        key=${tactic.id}
        title=${`${rules.join(', ')}, until ${localTime(Date.parse(last_seen), Date.now())}`}
      >
        <span class="stage-name">${tactic.name}</span>
        <${Moment} at=${first_seen} />
      </li>`,
    )}
  </ol>`;
}
