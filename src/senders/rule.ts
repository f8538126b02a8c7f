import type { DetectionRule } from '../model/rule.js';

/** The rule in whose name silence is alerted. It matches nothing by itself. */
export const SILENCE_RULE: DetectionRule = {
  kind: 'detection',
  id: '2d6c7f5a-93b4-5e0d-8a57-4c1be0f3d920',
  name: 'silence',
  title: 'Regular Sender Fell Silent',
  description:
    'A sender that was heard regularly sends nothing any more: it is down, its logging was stopped, or its way here is broken.',
  status: 'experimental',
  level: 'medium',
  tags: [],
  falsepositives: [
    'Machines that are shut down on purpose',
    'Senders that were given another name or address',
  ],
  related: [],
  place: { file: 'built in', line: 1 },
  hash: 'a000000000000002',
  custom: {},
  logsource: { category: null, product: null, service: null },
  selections: new Map(),
  conditions: [],
};
