import { closedLogsource } from '../model/logsource.js';
import { classify } from './classify.js';
import { ACCESS, IAM } from './ecs.js';
import { setPayloadTime } from './event-time.js';
import type { Normalizer } from './normalizer.js';
import { addressField, objectField, portField, textField } from './values.js';

const LOGSOURCE = closedLogsource({ product: 'vault', services: ['audit'] });

/** HashiCorp Vault audit device: a `request` entry, then a `response` entry that has the error, if any. */
export const vaultAudit: Normalizer = {
  name: 'vault-audit',
  summary: 'HashiCorp Vault and OpenBao audit log as JSON',
  formats: ['json'],
  normalize(event) {
    const fields = event.record.fields;
    const type = fields === null ? null : textField(fields, 'type');
    if (fields === null || (type !== 'request' && type !== 'response')) return false;
    const request = objectField(fields, 'request');
    if (request === null || !Object.hasOwn(request, 'operation')) return false;
    event.logsource = LOGSOURCE;
    setPayloadTime(event);
    const error = textField(fields, 'error');
    const outcome = error !== null ? 'failure' : type === 'response' ? 'success' : null;
    classify(event, IAM, ACCESS, textField(request, 'operation'), outcome);
    event['event.reason'] = error;
    event['url.path'] = textField(request, 'path');
    event['source.ip'] = addressField(request, 'remote_address');
    event['source.port'] = portField(request, 'remote_port');
    const auth = objectField(fields, 'auth');
    if (auth !== null) event['user.name'] = textField(auth, 'display_name');
    return true;
  },
};
