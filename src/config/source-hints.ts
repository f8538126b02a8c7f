import { closedLogsource } from '../model/logsource.js';
import type { SourceHints } from '../model/source-hints.js';
import type { SourceConfig } from './schema.js';

/** What a source's settings tell the detectors about its records. */
export function sourceHints(source: SourceConfig): SourceHints {
  const { category, product, service } = source.logsource ?? {};
  return {
    format: source.format,
    timezone: source.timezone,
    logsource:
      source.logsource === undefined
        ? null
        : closedLogsource({
            product: product ?? null,
            categories: category === undefined ? [] : [category],
            services: service === undefined ? [] : [service],
          }),
  };
}
