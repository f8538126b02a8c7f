import { TACTICS } from '../../model/attack-table.js';

/** ATT&CK's tactics in the order of its matrix, with names short enough for a step. */
const SHORT: readonly (readonly [id: string, short: string])[] = [
  ['TA0043', 'Recon'],
  ['TA0042', 'Resources'],
  ['TA0001', 'Access'],
  ['TA0002', 'Execution'],
  ['TA0003', 'Persist'],
  ['TA0004', 'Privilege'],
  ['TA0005', 'Stealth'],
  ['TA0112', 'Impair'],
  ['TA0006', 'Credentials'],
  ['TA0007', 'Discovery'],
  ['TA0008', 'Lateral'],
  ['TA0009', 'Collection'],
  ['TA0011', 'Control'],
  ['TA0010', 'Exfiltration'],
  ['TA0040', 'Impact'],
];

const names = new Map(TACTICS.map(([id, name]) => [id, name]));

export interface TacticStep {
  readonly id: string;
  readonly name: string;
  readonly short: string;
}

export const STEPS: readonly TacticStep[] = SHORT.map(([id, short]) => ({
  id,
  short,
  name: names.get(id) ?? short,
}));
