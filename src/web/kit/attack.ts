import { TACTICS } from '../../model/attack-table.js';

/** As in model/attack.ts, which would bring all techniques into the page. */
const ORDER = [
  'TA0043',
  'TA0042',
  'TA0001',
  'TA0002',
  'TA0003',
  'TA0004',
  'TA0005',
  'TA0112',
  'TA0006',
  'TA0007',
  'TA0008',
  'TA0009',
  'TA0011',
  'TA0010',
  'TA0040',
];

const names = new Map(TACTICS.map(([id, name]) => [id, name]));

/** ATT&CK's tactics in the order of its matrix. */
export const STEPS: readonly { readonly id: string; readonly name: string }[] = ORDER.map((id) => ({
  id,
  name: names.get(id) ?? id,
}));
