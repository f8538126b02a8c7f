import type { z } from 'zod';
import { CliError, EXIT } from './io.js';

/** The text as the API takes it too. Throws CliError. */
export function wordsOf(what: string, text: string, shape: z.ZodType<string>): string {
  const { success, data, error } = shape.safeParse(text);
  if (success) return data;
  throw new CliError(`${what}: ${error.issues[0]!.message}.`, EXIT.usage);
}
