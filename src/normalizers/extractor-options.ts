import { z } from 'zod';
import { nameField } from '../model/settings.js';
import { extractorFault } from './field-extractors.js';

/**
 * A field of the user's own, cut out of messages by a pattern with named groups:
 * `{ name: vpn-user, pattern: 'tunnel (?P<tunnel>\d+) of (?P<who>\S+)', fields: { who: user.name } }`.
 * A group fills the field `fields` names for it, else the raw field of its own name.
 */
export const extractorOptions = z
  .strictObject({
    name: nameField,
    /** RE2 syntax: linear time, so no look-around and no back-references. Searched anywhere in the message. */
    pattern: z.string().min(1).max(2000),
    /** Only messages that hold this text, whatever its case: spares the others the pattern. */
    contains: z.string().min(1).max(200).optional(),
    /** Only records of the source with this name. */
    source: z.string().min(1).optional(),
    /** Only records of this program (`process.name`, case ignored). */
    program: z.string().min(1).optional(),
    /** Group name → ECS name or raw field name. ECS fields are filled only where nothing else was found. */
    fields: z.record(z.string(), z.string().min(1)).default({}),
  })
  .superRefine((options, ctx) => {
    const fault = extractorFault(options);
    if (fault !== null) ctx.addIssue({ code: 'custom', path: [fault.option], message: fault.message });
  });
