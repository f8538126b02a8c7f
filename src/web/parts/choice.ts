import { html } from '../kit/html.js';

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [value: string, label: string])[];
  readonly onChange: (value: string) => void;
}

/** A filter with few values. */
export function Choice({ label, value, options, onChange }: ChoiceProps) {
  return html`<label class="choice">
    <span>${label}</span>
    <select value=${value} onChange=${(event: Event) => onChange((event.target as HTMLSelectElement).value)}>
      ${options.map(([of, name]) => html`<option key=${of} value=${of} selected=${of === value}>${name}</option>`)}
    </select>
  </label>`;
}
