import type { Event } from '../model/event.js';
import { closedLogsource } from '../model/logsource.js';
import { classify } from './classify.js';
import { ACCESS, AUTHENTICATION, START, WEB } from './ecs.js';
import { setUrl } from './http-request.js';
import type { Normalizer } from './normalizer.js';
import { standsAt } from './text.js';
import { addressField, textField } from './values.js';

const LOGSOURCE = closedLogsource({
  product: 'nextcloud',
  categories: ['application', 'authentication'],
  services: ['nextcloud'],
});

/** nextcloud.log: `{"reqId":…,"remoteAddr":ADDR,"user":NAME or "--","method":…,"url":…,"message":TEXT,"userAgent":…}`. */
export const nextcloud: Normalizer = {
  name: 'nextcloud',
  summary: 'Nextcloud log and audit log as JSON: logins and failures',
  formats: ['json'],
  normalize(event) {
    const fields = event.record.fields;
    if (fields === null || !Object.hasOwn(fields, 'reqId') || !Object.hasOwn(fields, 'remoteAddr'))
      return false;
    event.logsource = LOGSOURCE;
    classify(event, WEB, ACCESS, null, null);
    event['source.ip'] = addressField(fields, 'remoteAddr');
    const user = textField(fields, 'user');
    event['user.name'] = user === '--' ? null : user;
    event['http.request.method'] = textField(fields, 'method');
    event['user_agent.original'] = textField(fields, 'userAgent');
    setUrl(event, textField(fields, 'url') ?? '');
    readLogin(event, textField(fields, 'message') ?? '');
    return true;
  },
};

/** `Login failed: NAME (Remote IP: ADDR)`, `Login successful: "NAME"` of the audit log. */
function readLogin(event: Event, message: string): void {
  const remote = message.lastIndexOf(' (Remote IP: ');
  if (standsAt(message, 'Login failed: ', 0) && remote >= 14) {
    classify(event, AUTHENTICATION, START, 'app_login', 'failure');
    event['user.name'] = unquoted(message.slice(14, remote)) || null;
  } else if (standsAt(message, 'Login successful: ', 0)) {
    classify(event, AUTHENTICATION, START, 'app_login', 'success');
    event['user.name'] = unquoted(message.slice(18)) || null;
  }
}

function unquoted(name: string): string {
  const quote = name.charAt(0);
  const isQuoted = name.length > 1 && (quote === "'" || quote === '"') && name.endsWith(quote);
  return isQuoted ? name.slice(1, -1) : name;
}
