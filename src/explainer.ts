import type { Config } from './config/schema.js';
import { hintsBySource } from './config/source-hints.js';
import { Event } from './model/event.js';
import type { MatchesOf } from './model/signal.js';
import type { SourceHints } from './model/source-hints.js';
import { normalize } from './normalizers/normalize.js';
import { parseRecord } from './parsers/parse-record.js';
import {
  DEFAULT_HINTS,
  type DetectionOptions,
  type EnrichmentSettings,
  enrichmentBySource,
} from './pipeline.js';
import type { KeptRules } from './ruleset.js';
import { EventFieldView } from './sigma/event-view.js';
import type { Ruleset } from './sigma/ruleset.js';

/** Makes what tells why a rule of these matched. */
export type ExplainerOf = (built: KeptRules) => MatchesOf;

/** For records as the sources of a configuration are read. */
export function configuredExplainer(
  config: EnrichmentSettings & Pick<Config, 'sources'>,
  hints: ReadonlyMap<string, SourceHints> = hintsBySource(config.sources),
): ExplainerOf {
  return ({ ruleset }) => createExplainer({ ruleset, hints, enrichment: enrichmentBySource(config) });
}

/**
 * Tells why a rule matched the record of a piece of evidence, by reading it once more. For what is shown to people: the
 * hits of an attack are many, its alerts few.
 */
export function createExplainer(
  options: Pick<DetectionOptions, 'hints' | 'enrichment'> & {
    readonly ruleset: Pick<Ruleset, 'rules' | 'explain'>;
  },
): MatchesOf {
  const { ruleset } = options;
  const indexes = new Map(ruleset.rules.map((rule, index) => [rule.id, index]));
  const event = new Event();
  const view = new EventFieldView(event);
  return ({ original, matches, origin }) => {
    const index = origin === undefined ? undefined : indexes.get(origin.rule);
    if (matches !== null || origin === undefined || index === undefined) return matches ?? [];
    event.reset(original);
    event.receivedAt = origin.clock;
    event.peer = origin.peer;
    const hints = options.hints.get(origin.source) ?? DEFAULT_HINTS;
    parseRecord(original, event.record, hints, origin.clock);
    normalize(event, hints.logsource);
    options.enrichment(origin.source)?.(event);
    view.reset();
    return ruleset.explain(index, view);
  };
}
