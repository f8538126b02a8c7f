import { z } from 'zod';
import { timezoneField } from '../model/settings.js';
import { WEEKDAYS } from './business-hours.js';

const TIME = 'expected a time of day such as 08:00';
const timeOfDay = z.string({ error: TIME }).regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, { error: TIME });

/** When people are at work: what happens at other times is marked for rules. */
export const businessHoursOptions = z.preprocess(
  enabledWhereWritten,
  z.strictObject({
    enabled: z.boolean().default(false),
    timezone: timezoneField.default('UTC'),
    days: z.array(z.enum(WEEKDAYS)).min(1).default(['mon', 'tue', 'wed', 'thu', 'fri']),
    from: timeOfDay.default('07:00'),
    /** Before `from` = on the next day. */
    to: timeOfDay.default('19:00'),
  }),
);

/** Who writes down hours or a zone means them. */
function enabledWhereWritten(written: unknown): unknown {
  if (typeof written !== 'object' || written === null || Array.isArray(written)) return written;
  return Object.keys(written).length === 0 ? written : { enabled: true, ...written };
}
