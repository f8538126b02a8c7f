import { uuidV5, VEDETTE_NAMESPACE } from '../../model/uuid.js';

/** Id of a rule that states none: UUIDv5 of file and title, the same until the rule is moved or renamed. */
export function derivedRuleId(file: string, title: string): string {
  return uuidV5(VEDETTE_NAMESPACE, `rule\n${file}\n${title}`);
}
