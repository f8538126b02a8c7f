import { NotExpressible } from '../backend.js';
import type { Test } from '../expression.js';
import { labelName } from './text.js';

/** Layouts of Go's date, and how many digits they have. */
const LAYOUTS: Readonly<Record<string, readonly [layout: string, digits: number] | undefined>> = {
  minute: ['04', 2],
  hour: ['15', 2],
  day: ['02', 2],
  month: ['01', 2],
  year: ['2006', 4],
};

/** Labels that a query works out of others, for what no label filter can ask. */
export class ComputedLabels {
  readonly #byTemplate = new Map<string, string>();

  /** A label that is `true` where the two fields compare as the test wants. */
  reference(field: string, { other, openStart, openEnd }: Extract<Test, { kind: 'reference' }>): string {
    const compare = openStart ? (openEnd ? 'contains' : 'hasSuffix') : openEnd ? 'hasPrefix' : 'eq';
    const template = `{{ if ${compare} .${labelName(other)} .${labelName(field)} }}true{{ else }}false{{ end }}`;
    return this.#label('match', template);
  }

  /** A label that holds the part of the time, and how many digits it has. */
  timePart(field: string, { part }: Extract<Test, { kind: 'time' }>): { label: string; digits: number } {
    const [layout, digits] = LAYOUTS[part] ?? [];
    if (layout === undefined || digits === undefined)
      throw new NotExpressible(`LogQL cannot tell the ${part} of a time.`);
    return { label: this.#label('date', `{{ date "${layout}" (unixToTime .${labelName(field)}) }}`), digits };
  }

  /** The stage that makes them; empty = there are none. */
  get stage(): string {
    const labels = [...this.#byTemplate].map(([template, label]) => `${label}=\`${template}\``);
    return labels.length === 0 ? '' : `label_format ${labels.join(',')}`;
  }

  #label(prefix: string, template: string): string {
    let label = this.#byTemplate.get(template);
    if (label === undefined) {
      label = `${prefix}_${this.#byTemplate.size}`;
      this.#byTemplate.set(template, label);
    }
    return label;
  }
}
