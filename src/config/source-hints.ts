import { closedLogsource } from '../model/logsource.js';
import type { SourceHints } from '../model/source-hints.js';
import type { SourceConfig } from './schema.js';

/** Hints by source name. */
export function hintsBySource(sources: readonly SourceConfig[]): ReadonlyMap<string, SourceHints> {
  return new Map(sources.map((source) => [source.name!, sourceHints(source)]));
}

function sourceHints(source: SourceConfig): SourceHints {
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
