import { closedLogsource } from '../model/logsource.js';
import { classify } from './classify.js';
import { CHANGE, CONFIGURATION } from './ecs.js';
import { setPayloadTime } from './event-time.js';
import type { Normalizer } from './normalizer.js';
import { addressField, objectField, textField } from './values.js';

const LOGSOURCE = closedLogsource({ product: 'bitbucket', services: ['audit'] });

/** Atlassian Data Center audit log file: `auditType: {category, action}`, `author`, `source`. */
export const bitbucketAudit: Normalizer = {
  name: 'bitbucket-audit',
  summary: 'Bitbucket (Atlassian Data Center) audit log as JSON',
  formats: ['json'],
  normalize(event) {
    const fields = event.record.fields;
    const type = fields === null ? null : objectField(fields, 'auditType');
    if (fields === null || type === null || !Object.hasOwn(type, 'action')) return false;
    event.logsource = LOGSOURCE;
    setPayloadTime(event);
    classify(event, CONFIGURATION, CHANGE, textField(type, 'action'), null);
    const author = objectField(fields, 'author');
    if (author !== null) event['user.name'] = textField(author, 'name');
    event['source.ip'] = addressField(fields, 'source');
    return true;
  },
};
