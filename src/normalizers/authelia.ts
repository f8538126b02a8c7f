import type { Event } from '../model/event.js';
import { closedLogsource } from '../model/logsource.js';
import { toAddress } from './address.js';
import { classify } from './classify.js';
import { AUTHENTICATION, START } from './ecs.js';
import type { Normalizer } from './normalizer.js';
import { setField } from './raw-fields.js';
import { standsAt, wordEnd } from './text.js';
import { addressField, textField } from './values.js';

const LOGSOURCE = closedLogsource({
  product: 'authelia',
  categories: ['application', 'authentication'],
  services: ['authelia'],
});

/** `Unsuccessful 1FA authentication attempt by user 'NAME'`, as JSON or as `time=… level=error msg="…" … remote_ip=ADDR`. */
export const authelia: Normalizer = {
  name: 'authelia',
  summary: 'Authelia: first and second factors granted and refused',
  programs: ['authelia'],
  formats: ['json', 'keyvalue'],
  normalize(event) {
    const fields = event.record.fields;
    if (fields === null) return readText(event, event.message);
    if (!Object.hasOwn(fields, 'remote_ip') || !readAttempt(event, textField(fields, 'msg') ?? ''))
      return false;
    event['source.ip'] = addressField(fields, 'remote_ip');
    return true;
  },
};

/** The name is within `msg`; the address is the last field but for a stack of Authelia's own. */
function readText(event: Event, message: string): boolean {
  const start = message.indexOf(' msg="');
  const end = message.lastIndexOf('\'" method=');
  if (start < 0 || end < start || !readAttempt(event, message.slice(start + 6, end + 1))) return false;
  const address = message.lastIndexOf(' remote_ip=') + 11;
  event['source.ip'] = address < end ? null : toAddress(message.slice(address, wordEnd(message, address)));
  return true;
}

const FAILED = ' authentication attempt by user ';
const GRANTED = ' authentication attempt made by user ';

function readAttempt(event: Event, text: string): boolean {
  const failed = standsAt(text, 'Unsuccessful ', 0);
  if (!failed && !standsAt(text, 'Successful ', 0)) return false;
  const words = failed ? FAILED : GRANTED;
  const at = text.indexOf(words);
  const start = at + words.length + 1;
  const banned = text.lastIndexOf("' and they are banned until ");
  const end = banned > start ? banned : text.lastIndexOf("'");
  if (at < 0 || end < start) return false;
  event.logsource = LOGSOURCE;
  classify(event, AUTHENTICATION, START, 'app_login', failed ? 'failure' : 'success');
  event['user.name'] = text.slice(start, end) || null;
  setField(event.record, 'auth_method', text.slice(failed ? 13 : 11, at));
  return true;
}
