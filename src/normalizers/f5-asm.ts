import { closedLogsource } from '../model/logsource.js';
import { toAddress } from './address.js';
import { classify } from './classify.js';
import { ACCESS, DENIED, WEB_INTRUSION } from './ecs.js';
import { setStatus, setUrl } from './http-request.js';
import type { Normalizer } from './normalizer.js';
import { keyValue, readInteger } from './text.js';
import { toPort } from './values.js';

const LOGSOURCE = closedLogsource({ product: 'f5', categories: ['webserver', 'ids'], services: ['asm'] });

/** F5 BIG-IP ASM (Advanced WAF): `ASM:unit_hostname="f5",…,request_status="blocked",ip_client="…",method="GET",…`. */
export const f5Asm: Normalizer = {
  name: 'f5-asm',
  summary: 'F5 BIG-IP ASM: requests that the application firewall looked at',
  programs: ['asm'],
  normalize(event) {
    const message = event.message;
    const status = keyValue(message, 'request_status=');
    if (status === null) return false;
    event.logsource = LOGSOURCE;
    event['observer.vendor'] = 'F5';
    event['observer.product'] = 'BIG-IP ASM';
    const blocked = status === 'blocked';
    classify(event, WEB_INTRUSION, blocked ? DENIED : ACCESS, status, blocked ? 'failure' : null);
    event['source.ip'] = toAddress(keyValue(message, 'ip_client='));
    event['source.port'] = toPort(keyValue(message, 'src_port=') ?? undefined);
    event['destination.ip'] = toAddress(keyValue(message, 'dest_ip='));
    event['destination.port'] = toPort(keyValue(message, 'dest_port=') ?? undefined);
    event['http.request.method'] = keyValue(message, 'method=');
    const url = keyValue(message, 'uri=');
    if (url !== null) setUrl(event, url);
    event['rule.name'] = keyValue(message, 'violations=') ?? keyValue(message, 'attack_type=');
    const user = keyValue(message, 'username=');
    event['user.name'] = user === 'N/A' ? null : user;
    const code = keyValue(message, 'response_code=');
    if (!blocked && code !== null) setStatus(event, readInteger(code, 0, code.length));
    return true;
  },
};
