import type { Event } from '../model/event.js';
import { classify } from './classify.js';
import { DENIED, INFO, WEB_INTRUSION } from './ecs.js';
import { setDomain, setUrl } from './http-request.js';
import { setField } from './raw-fields.js';
import { onlyBetween, standsAt } from './text.js';

/**
 * What ModSecurity writes into the error log of Apache and nginx, from `at` on: `ModSecurity: Access denied with code
 * 403 (phase 2). MATCH [file "…"] [line "…"] [id "942100"] [msg "…"] [data "…"] … [hostname "…"] [uri "/x"]`. MATCH,
 * data and uri quote the request, so what stands there twice is left out. False when the line is none of these.
 */
export function readModSecurity(event: Event, message: string, at: number): boolean {
  if (!standsAt(message, 'ModSecurity: ', at)) return false;
  if (standsAt(message, 'Access denied with ', at + 13)) {
    classify(event, WEB_INTRUSION, DENIED, 'waf_denied', 'failure');
  } else if (standsAt(message, 'Warning. ', at + 13)) {
    classify(event, WEB_INTRUSION, INFO, 'waf_detected', null);
  } else return true;
  event['rule.id'] = part(message, ' [id "', at);
  event['rule.name'] = part(message, ' [msg "', at);
  const severity = part(message, ' [severity "', at);
  if (severity !== null) setField(event.record, 'severity', severity);
  const host = part(message, ' [hostname "', at);
  if (host !== null && event['url.domain'] === null) setDomain(event, host);
  const uri = part(message, ' [uri "', at);
  if (uri !== null && event['url.original'] === null) setUrl(event, uri);
  return true;
}

function part(message: string, open: string, from: number): string | null {
  return onlyBetween(message, open, '"]', from) || null;
}
