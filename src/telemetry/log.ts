import { type Logger, pino, stdSerializers, stdTimeFunctions } from 'pino';
import { outsideFault } from './outside-fault.js';
import { visible } from './visible.js';

export type { Logger };

/**
 * The daemon's own log, on stderr: JSON lines, or readable ones on a terminal. Messages are constant sentences;
 * values go in fields. WARN = unexpected but nothing lost, ERROR = something was lost or somebody is needed.
 */
export function createLogger(options: { level: string; pretty?: boolean; colour?: boolean }): Logger {
  const write = options.pretty
    ? (line: string) => process.stderr.write(readable(line, options.colour ?? false))
    : (line: string) => process.stderr.write(line);
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      // A stack is for faults of ours; of a full disk it says nothing.
      serializers: { err: (error: unknown) => outsideFault(error) ?? stdSerializers.err(error as Error) },
      formatters: { level: (label) => ({ level: label }) },
    },
    { write },
  );
}

const COLOURS: Record<string, string> = {
  warn: '\x1b[33m',
  error: '\x1b[31m',
  fatal: '\x1b[31;1m',
  info: '\x1b[36m',
};

function readable(line: string, colour: boolean): string {
  const { level, time, msg, err, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const words = Object.entries(fields).map(([key, value]) => `${key}=${brief(value)}`);
  const { message: reason, fix } = (err ?? {}) as { readonly message?: string; readonly fix?: string };
  if (reason !== undefined) words.push(`error=${brief(reason)}`);
  if (fix !== undefined) words.push(`fix=${brief(fix)}`);
  const label = String(level).toUpperCase().padEnd(5);
  const shown = colour ? `${COLOURS[String(level)] ?? '\x1b[2m'}${label}\x1b[0m` : label;
  const clock = new Date(String(time)).toTimeString().slice(0, 8);
  return `${clock} ${shown} ${visible(String(msg ?? ''))}${words.length > 0 ? `  ${words.join(' ')}` : ''}\n`;
}

function brief(value: unknown): string {
  return visible(typeof value === 'string' ? value : JSON.stringify(value));
}
