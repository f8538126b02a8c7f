import { closedLogsource } from '../model/logsource.js';
import { classify } from './classify.js';
import { CHANGE, CONFIGURATION } from './ecs.js';
import { setPayloadTime } from './event-time.js';
import type { Normalizer } from './normalizer.js';
import { addressField, textField } from './values.js';

const LOGSOURCE = closedLogsource({ product: 'github', services: ['audit'] });

/** GitHub audit log streaming: `action` is `category.operation`. */
export const githubAudit: Normalizer = {
  name: 'github-audit',
  summary: 'GitHub organisation and enterprise audit log as JSON',
  formats: ['json'],
  normalize(event) {
    const fields = event.record.fields;
    if (fields === null || !Object.hasOwn(fields, '_document_id') || !Object.hasOwn(fields, 'actor'))
      return false;
    const action = textField(fields, 'action');
    if (action === null || action.indexOf('.') < 1) return false;
    event.logsource = LOGSOURCE;
    setPayloadTime(event);
    classify(event, CONFIGURATION, CHANGE, action, null);
    event['user.name'] = textField(fields, 'actor');
    event['user.target.name'] = textField(fields, 'user');
    event['source.ip'] = addressField(fields, 'actor_ip');
    event['user_agent.original'] = textField(fields, 'user_agent');
    return true;
  },
};
