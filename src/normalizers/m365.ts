import type { Event } from '../model/event.js';
import type { JsonObject } from '../model/json.js';
import { closedLogsource } from '../model/logsource.js';
import { toAddress } from './address.js';
import { classify } from './classify.js';
import { AUTHENTICATION, CONFIGURATION, INFO, START } from './ecs.js';
import { readIsoUtc, setEventTime } from './event-time.js';
import { lift } from './lift.js';
import type { Normalizer } from './normalizer.js';
import { readPort } from './text.js';
import { textField } from './values.js';

const AUDIT = closedLogsource({ product: 'm365', services: ['audit'] });
const EXCHANGE = closedLogsource({ product: 'm365', services: ['audit', 'exchange'] });
const COMPLIANCE = closedLogsource({
  product: 'm365',
  services: ['audit', 'exchange', 'threat_detection', 'threat_management'],
});

/** Office 365 Management Activity API common schema. */
export const m365: Normalizer = {
  name: 'm365',
  summary: 'Microsoft 365 unified audit log as JSON',
  formats: ['json'],
  normalize(event) {
    const fields = event.record.fields;
    if (fields === null || !Object.hasOwn(fields, 'Workload') || !Object.hasOwn(fields, 'Operation'))
      return false;
    const workload = textField(fields, 'Workload');
    const operation = textField(fields, 'Operation');
    event.logsource =
      workload === 'SecurityComplianceCenter' ? COMPLIANCE : workload === 'Exchange' ? EXCHANGE : AUDIT;
    setEventTime(event, readIsoUtc(textField(fields, 'CreationTime')));
    const isLogin = operation?.includes('Log') === true && operation.includes('ed');
    classify(event, isLogin ? AUTHENTICATION : CONFIGURATION, isLogin ? START : INFO, operation, null);
    setResult(event, fields, operation);
    event['event.provider'] = workload;
    event['user.name'] = textField(fields, 'UserId');
    setClient(event, textField(fields, 'ClientIP') ?? textField(fields, 'ClientIPAddress'));
    liftNames(event, fields, operation);
    return true;
  },
};

function setResult(event: Event, fields: JsonObject, operation: string | null): void {
  const status = textField(fields, 'ResultStatus')?.slice(0, 24).toLowerCase();
  if (operation === 'UserLoginFailed' || status === 'failed' || status === 'false') {
    event['event.outcome'] = 'failure';
  } else if (status === 'success' || status === 'succeeded' || status === 'true') {
    event['event.outcome'] = 'success';
  }
}

/** `192.0.2.1`, `192.0.2.1:443`, `[2001:db8::1]:443`. */
function setClient(event: Event, text: string | null): void {
  if (text === null) return;
  const bare = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;
  event['source.ip'] = toAddress(bare);
  const colon = text.lastIndexOf(':');
  if (event['source.ip'] !== null || colon < 1) return;
  const host = text.slice(0, colon);
  event['source.ip'] = toAddress(host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host);
  if (event['source.ip'] !== null) event['source.port'] = readPort(text, colon + 1, text.length);
}

const SUCCESS = /^(?:success|succeeded|true|partiallysucceeded)$/;

/** SigmaHQ's rules on Exchange and on alerts name source, operation or alert, and status as Defender for Cloud Apps does. */
function liftNames(event: Event, fields: JsonObject, operation: string | null): void {
  const { logsource, 'event.provider': workload } = event;
  if (workload !== null) lift(fields, 'eventSource', workload);
  const name = (logsource === COMPLIANCE ? textField(fields, 'Name') : null) ?? operation;
  if (name !== null) lift(fields, 'eventName', name);
  const stated = textField(fields, 'ResultStatus')?.slice(0, 24).toLowerCase();
  const assumed = event['event.outcome'] === 'failure' ? 'failed' : 'success';
  lift(fields, 'status', stated === undefined || SUCCESS.test(stated) ? assumed : stated);
}
