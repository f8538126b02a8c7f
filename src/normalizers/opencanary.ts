import { closedLogsource } from '../model/logsource.js';
import { classify } from './classify.js';
import { CONNECTION, INTRUSION_DETECTION } from './ecs.js';
import type { Normalizer } from './normalizer.js';
import { addressField, objectField, portField, textField } from './values.js';

const LOGSOURCE = closedLogsource({ product: 'opencanary', categories: ['application'] });

/** OpenCanary honeypot: `logtype` numbers what was touched. */
export const opencanary: Normalizer = {
  name: 'opencanary',
  summary: 'OpenCanary honeypot events as JSON',
  formats: ['json'],
  normalize(event) {
    const fields = event.record.fields;
    if (fields === null || !Object.hasOwn(fields, 'logtype') || !Object.hasOwn(fields, 'node_id'))
      return false;
    event.logsource = LOGSOURCE;
    event['event.code'] = textField(fields, 'logtype');
    classify(event, INTRUSION_DETECTION, CONNECTION, null, null);
    event['source.ip'] = addressField(fields, 'src_host');
    event['source.port'] = portField(fields, 'src_port');
    event['destination.ip'] = addressField(fields, 'dst_host');
    event['destination.port'] = portField(fields, 'dst_port');
    const data = objectField(fields, 'logdata');
    if (data !== null) event['user.name'] = textField(data, 'USERNAME');
    return true;
  },
};
