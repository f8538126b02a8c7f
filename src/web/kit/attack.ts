import { TACTICS } from '../../model/attack-table.js';

/** ATT&CK's tactics in the order of its matrix. */
export const STEPS: readonly { readonly id: string; readonly name: string }[] = TACTICS.map(([id, name]) => ({
  id,
  name,
}));
