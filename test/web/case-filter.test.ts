import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Change } from '../../src/model/change.js';
import { CaseReader } from '../../src/storage/case-reader.js';
import { createDesk, type Desk } from '../../src/storage/desk/desk.js';
import { StateStore } from '../../src/storage/state.js';
import type { Alert, Incident } from '../../src/web/kit/api-types.js';
import { type CaseFilter, isAmong } from '../../src/web/kit/case-filter.js';
import { temporaryFolder } from '../helpers/run-daemon.js';
import { alertsOf, incidentsOf } from './fixtures.js';

const NOW = Date.parse('2026-11-20T12:00:00Z');
const STATES = ['new', 'acknowledged', 'closed'] as const;

const folder = temporaryFolder();
let desk: Desk;
let cases: CaseReader;
const alerts = alertsOf(NOW).map((alert, i) => ({
  ...alert,
  ...(i % 3 === 0 && { silenced: { id: 's', reason: 'known' } }),
}));
const incidents = incidentsOf(NOW);
const idOf = (item: Alert | Incident): string =>
  item['event.kind'] === 'alert' ? item.alert.id : item.incident.id;
/** As the stream says them. */
const all = [...alerts, ...incidents] as unknown as (Alert | Incident)[];

beforeAll(() => {
  const state = new StateStore(join(folder.path, 'state.db'));
  const changes = all.map(({ workflow: _said, ...line }) => line) as unknown as Change[];
  state.commit({ appliedSeq: 1, changes, cursors: [] });
  state.close();
  desk = createDesk(join(folder.path, 'desk.db'));
  const at = new Date(NOW).toISOString();
  all.forEach((item, i) => {
    if (STATES[i % 3] === 'acknowledged') desk.workflow.acknowledge(idOf(item), 'anna', at);
    if (STATES[i % 3] === 'closed') desk.workflow.close(idOf(item), 'benign', 'x', 'anna', at);
  });
  cases = new CaseReader(join(folder.path, 'state.db'), join(folder.path, 'desk.db'));
});
afterAll(() => {
  cases.close();
  desk.close();
  folder.remove();
});

const someTime = fc.constantFrom(...all.map((item) => seenOf(item)));
const filters: fc.Arbitrary<CaseFilter> = fc.record(
  {
    status: fc.constantFrom('open', 'ended', 'all'),
    workflow: fc.constantFrom(...STATES, 'unclosed', ''),
    severity: fc.constantFrom('critical', 'critical,high', 'low,informational', ''),
    since: someTime,
    until: someTime,
    entity: fc.constantFrom(...all.map(({ entity }) => entity), 'nobody', ''),
    text: fc.constantFrom('WEB-01', 'port', '%', '"', '\\', 'no such text'),
    rule: fc.constantFrom(...alerts.map(({ rule }) => rule.id), ''),
    silenced: fc.constantFrom('true', 'false', 'all', ''),
  },
  { requiredKeys: [] },
);

describe('which changes of the stream belong to a list', () => {
  it('is decided as the API chooses what is stored', () => {
    fc.assert(
      fc.property(filters, (filter) => {
        const { alerts: ids, incidents: others } = chosenByApi(filter);
        const among = all
          .map((item) => ({ ...item, workflow: desk.workflow.of(idOf(item)) }) as Alert | Incident)
          .filter((item) => isAmong(item, filter))
          .map(idOf);
        expect(among.sort()).toEqual([...ids, ...others].sort());
      }),
      { numRuns: 500 },
    );
  });
});

/** As the routes of api/routes/ read the words. */
function chosenByApi({ status = 'all', workflow = '', severity = '', silenced = '', ...rest }: CaseFilter) {
  const { rule, ...common } = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== ''));
  const filter = {
    ...{ limit: 500, offset: 0 },
    ...common,
    status: status === 'all' ? undefined : (status as 'open'),
    workflow: workflow === '' ? undefined : (workflow as 'new'),
    severities: severity === '' ? undefined : severity.split(','),
  };
  const hidden = silenced === 'all' ? undefined : silenced === 'true';
  return {
    alerts: cases.newestAlerts({ ...filter, rule, silenced: hidden }).map(({ alert }) => alert.id),
    incidents: cases.incidents(filter, 'risk').items.map(({ incident }) => incident.id),
  };
}

function seenOf(item: Alert | Incident): string {
  return item['event.kind'] === 'alert' ? item.alert.last_seen : item.incident.last_seen;
}
