import { emptyFields } from '../model/json.js';
import { isDenial } from './device-action.js';
import { setPayloadTime } from './event-time.js';
import { LEEF_KEYS } from './extensions/cef-keys.js';
import { productLogsource } from './extensions/product-logsource.js';
import { liftAll } from './lift.js';
import type { Normalizer } from './normalizer.js';
import { readInteger } from './text.js';

/**
 * IBM Log Event Extended Format. The attributes become the record's raw fields; the logsource is that of vendor and
 * product, OPEN for those nobody knows.
 */
export const leef: Normalizer = {
  name: 'leef',
  summary: 'LEEF attributes of any vendor; logsource by vendor and product',
  formats: ['leef'],
  normalize(event) {
    const header = event.record.leef;
    if (header === null) return false;
    setPayloadTime(event);
    event['observer.vendor'] = header.vendor;
    event['observer.product'] = header.product;
    event['event.code'] = header.event_id;
    const { attributes } = header;
    const fields = emptyFields();
    const beside = event.record.fields;
    event.record.fields = fields;
    for (const key in attributes) {
      const value = attributes[key]!;
      fields[key] = value;
      if (value !== '') LEEF_KEYS.get(key)?.(event, value);
    }
    liftAll(fields, beside);
    const severity = attributes.sev;
    if (severity !== undefined) event['event.severity'] = readInteger(severity, 0, severity.length);
    const action = event['event.action'];
    if (action !== null && isDenial(action)) event['event.outcome'] = 'failure';
    const logsource = productLogsource('leef', header.vendor, header.product, attributes.cat ?? null);
    if (logsource !== null) event.logsource = logsource;
    return true;
  },
};
