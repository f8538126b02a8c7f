import { ofFile } from '../../telemetry/outside-fault.js';
import { WHEN_DAMAGED } from '../damage.js';
import { AuditTable } from './audit.js';
import { openDesk } from './database.js';
import { MarkTable } from './marks.js';
import { RuleSwitchTable } from './rule-switches.js';
import { SilenceTable } from './silences.js';
import { TokenTable } from './tokens.js';
import { WorkflowTable } from './workflow.js';

/** What people said, one table each: database.ts tells what is in them. */
export interface Desk {
  readonly workflow: WorkflowTable;
  readonly silences: SilenceTable;
  readonly ruleSwitches: RuleSwitchTable;
  readonly tokens: TokenTable;
  readonly audit: AuditTable;
  readonly marks: MarkTable;
  close(): void;
}

export function createDesk(path: string): Desk {
  const db = ofFile(path, () => openDesk(path), WHEN_DAMAGED['desk.db']);
  return {
    workflow: new WorkflowTable(db),
    silences: new SilenceTable(db),
    ruleSwitches: new RuleSwitchTable(db),
    tokens: new TokenTable(db),
    audit: new AuditTable(db),
    marks: new MarkTable(db),
    close: () => db.close(),
  };
}
