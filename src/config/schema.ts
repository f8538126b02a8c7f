import { z } from 'zod';
import { businessHoursOptions } from '../enrichers/business-hours-options.js';
import { LEVELS } from '../model/rule.js';
import { bytesField, durationField } from '../model/settings.js';
import { extractorOptions } from '../normalizers/extractor-options.js';
import { SINKS } from '../sinks/registry.js';
import { SOURCES } from '../sources/registry.js';
import { apiOptions } from './api-options.js';
import { placeholderName, placeholderValues, ruleSelector } from './rule-settings.js';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/**
 * The whole configuration. Strict: an unknown key is an error. Everything but `sources` has a default, and each
 * default is explained in docs/reference/config.md, which a test keeps complete.
 */
export const configSchema = z.strictObject({
  data_dir: z.string().default('./data'),
  sources: z.array(z.discriminatedUnion('type', optionsOf(SOURCES))).default([]),
  engine: z
    .strictObject({
      detectors: z
        .union([z.literal('auto'), z.int().min(1).max(64)], {
          error: 'expected auto or a whole number from 1 to 64',
        })
        .default('auto'),
    })
    .prefault({}),
  queue: z
    .strictObject({
      max_bytes: bytesField.default(64 * 1024 ** 2),
      max_records: z.int().min(1000).default(1_000_000),
    })
    .prefault({}),
  rules: z
    .strictObject({
      builtin: z.boolean().default(true),
      paths: z.array(z.string()).default([]),
      watch: z.boolean().default(true),
      pipelines: z.array(z.string()).default([]),
      placeholders: z.record(placeholderName, placeholderValues).default({}),
      only: z.array(ruleSelector).default([]),
      disable: z.array(ruleSelector).default([]),
      enable: z.array(ruleSelector).default([]),
    })
    .prefault({}),
  extractors: z.array(extractorOptions).default([]),
  business_hours: businessHoursOptions.prefault({}),
  correlation: z
    .strictObject({
      allowed_lateness: durationField.prefault('30s'),
      max_groups: z.int().min(1000).default(1_000_000),
    })
    .prefault({}),
  alerts: z
    .strictObject({
      min_severity: z.enum(LEVELS).default('low'),
      dedup_window: durationField.prefault('5m'),
      repeat_interval: durationField.prefault('4h'),
      max_open: z.int().min(100).default(100_000),
    })
    .prefault({}),
  anomaly: z
    .strictObject({
      enabled: z.boolean().default(false),
      max_share: z.number().min(0).max(0.1).default(0.001),
      max_entities: z.int().min(1000).default(50_000),
    })
    .prefault({}),
  senders: z
    .strictObject({
      max: z.int().min(100).default(10_000),
      alarm: z
        .strictObject({
          enabled: z.boolean().default(true),
          learn: durationField.prefault('24h'),
          at_least: durationField.prefault('10m'),
        })
        .prefault({}),
    })
    .prefault({}),
  incidents: z
    .strictObject({
      min_risk: z.int().min(0).max(100).default(20),
      quiet_after: durationField.prefault('4h'),
      max_open: z.int().min(100).default(10_000),
    })
    .prefault({}),
  sinks: z.array(z.discriminatedUnion('type', optionsOf(SINKS))).prefault([
    { type: 'ndjson', dir: './alerts' },
    { type: 'stix', dir: './alerts' },
  ]),
  storage: z
    .strictObject({
      events: z
        .strictObject({
          enabled: z.boolean().default(true),
          max_age: durationField.prefault('30d'),
          max_bytes: bytesField.default(10 * 1024 ** 3),
          keep_free: bytesField.default(64 * 1024 ** 2),
          sync: z.enum(['normal', 'full']).default('normal'),
        })
        .prefault({}),
      alerts: z
        .strictObject({
          max_count: z.int().min(1).default(1_000_000),
          max_age: durationField.prefault('365d'),
        })
        .prefault({}),
    })
    .prefault({}),
  api: apiOptions.prefault({}),
  shutdown_timeout: durationField.prefault('10s'),
  log: z.strictObject({ level: z.enum(LOG_LEVELS).default('info') }).prefault({}),
});

export type Config = z.output<typeof configSchema>;
export type SourceConfig = Config['sources'][number];
export type SinkConfig = Config['sinks'][number];

type Members<R extends Record<string, { options: z.ZodType }>> = R[keyof R]['options'];

/** The members of a registry as the alternatives of a union, in registry order. */
function optionsOf<R extends Record<string, { options: z.ZodType }>>(
  registry: R,
): [Members<R>, ...Members<R>[]] {
  return Object.values(registry).map((member) => member.options) as [Members<R>, ...Members<R>[]];
}
