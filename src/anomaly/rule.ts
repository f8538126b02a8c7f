import type { DetectionRule } from '../model/rule.js';

/** The rule in whose name anomalies are alerts. It matches nothing by itself. An anomaly alone is never more than medium. */
export const ANOMALY_RULE: DetectionRule = {
  kind: 'detection',
  id: '7f0c1f6e-2f0f-5c0f-9a6b-3a8f4f2f6d11',
  name: 'anomaly',
  title: 'Unusual Minute of an Entity',
  description:
    'What an address or a host did within one minute is unlike what it did before and what others of its kind do.',
  status: 'experimental',
  level: 'medium',
  tags: [],
  falsepositives: ['New software, updates, moves, load tests', 'People who do something for the first time'],
  related: [],
  place: { file: 'built in', line: 1 },
  hash: 'a000000000000001',
  custom: {},
  logsource: { category: null, product: null, service: null },
  selections: new Map(),
  conditions: [],
};
