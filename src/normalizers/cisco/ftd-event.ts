import { codeAt } from '../../model/code-at.js';
import type { Event } from '../../model/event.js';
import { toAddress } from '../address.js';
import { classify } from '../classify.js';
import { CONNECTION, CONNECTION_ALLOWED, CONNECTION_DENIED, NETWORK } from '../ecs.js';
import { readInteger, readPort } from '../text.js';
import { setSeconds, setTransport } from '../values.js';

const MAX_PAIRS = 128;
/** What FTD says where it knows no user. */
const NOBODY: ReadonlySet<string> = new Set([
  ...['No Authentication Required', 'Not Found', 'Unknown', 'unknown'],
]);

/** FTD 430001..430005: `Name: value, Name: value, …` (Cisco Secure Firewall Threat Defense Syslog Messages). */
export function readFtdEvent(event: Event, text: string): void {
  classify(event, NETWORK, CONNECTION, 'connection', null);
  let at = 0;
  for (let pairs = 0; pairs < MAX_PAIRS && at < text.length; pairs++) {
    const colon = text.indexOf(': ', at);
    if (colon < 0) return;
    const end = valueEnd(text, colon + 2);
    setPair(event, text.slice(at, colon), text.slice(colon + 2, end));
    at = end + 2;
  }
}

/** Up to the next `, `; a value in quotes may hold some. */
function valueEnd(text: string, start: number): number {
  const quote = codeAt(text, start) === 0x22 ? text.indexOf('", ', start + 1) : -1;
  const comma = text.indexOf(', ', Math.max(quote, start));
  return comma < 0 ? text.length : comma;
}

function setPair(event: Event, name: string, value: string): void {
  switch (name) {
    case 'SrcIP':
      event['source.ip'] = toAddress(value);
      return;
    case 'DstIP':
      event['destination.ip'] = toAddress(value);
      return;
    case 'SrcPort':
      event['source.port'] = readPort(value, 0, value.length);
      return;
    case 'DstPort':
      event['destination.port'] = readPort(value, 0, value.length);
      return;
    case 'Protocol':
      setTransport(event, value);
      return;
    case 'IngressInterface':
      event['observer.ingress.interface.name'] = value;
      return;
    case 'EgressInterface':
      event['observer.egress.interface.name'] = value;
      return;
    case 'InitiatorBytes':
      event['source.bytes'] = readInteger(value, 0, value.length);
      return;
    case 'ResponderBytes':
      event['destination.bytes'] = readInteger(value, 0, value.length);
      return;
    case 'User':
      event['user.name'] = NOBODY.has(value) ? null : value;
      return;
    case 'ConnectionDuration':
      setSeconds(event, value);
      return;
    case 'FileName':
      event['file.name'] = value;
      return;
    case 'ThreatName':
      event['rule.name'] = value;
      return;
    case 'URI':
      event['url.original'] ??= value;
      return;
    case 'URL':
      event['url.original'] = value;
      return;
    case 'AccessControlRuleName':
      event['rule.name'] = value;
      return;
    case 'Message':
      event['rule.name'] = value.replaceAll('"', '');
      return;
    case 'AccessControlRuleAction':
    case 'InlineResult':
      setAction(event, value.toLowerCase());
  }
}

function setAction(event: Event, action: string): void {
  const denied = action.startsWith('block') || action.startsWith('drop');
  const type = denied ? CONNECTION_DENIED : CONNECTION_ALLOWED;
  classify(event, NETWORK, type, action, denied ? 'failure' : 'success');
}
