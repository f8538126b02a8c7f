import type { Config } from '../config/schema.js';

/** What a reload cannot change. */
const FIXED = [
  'data_dir',
  'engine',
  'queue',
  'correlation',
  'anomaly',
  'senders',
  'alerts',
  'incidents',
  'sinks',
  'storage',
  'api',
  'shutdown_timeout',
  'log',
] as const;

/** Keys of settings that differ and take effect at the next start only. */
export function changedFixedSettings(from: Config, to: Config): string[] {
  return FIXED.filter((key) => JSON.stringify(to[key]) !== JSON.stringify(from[key]));
}
