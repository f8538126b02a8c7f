import { noteRule, type OpenIncident } from '../alerts/open-incident.js';
import type { WatchSnapshot } from '../anomaly/watch.js';

interface Part {
  readonly of?: string;
  readonly items?: readonly object[];
}

/**
 * A snapshot of format 11 as one of format 12: an update costs nobody his open windows. In 11 the clock was not known, an incident's
 * rules were those of its members, and the anomaly stage went by the times that records state.
 */
export function* fromFormat11(parts: Iterable<unknown>): Generator<unknown, void> {
  for (const part of parts as Iterable<Part>) {
    const { of, items = [] } = part;
    if (of === undefined) yield { ...part, format: 12, clock: Number.NEGATIVE_INFINITY };
    else if (of === 'incidents') yield { of, items: items.map((item) => withRules(item as OpenIncident)) };
    else if (of === 'anomaly') yield { of, items: items.map((item) => withReceipt(item as FormerWatch)) };
    else yield part;
  }
}

function withRules(incident: OpenIncident): OpenIncident {
  const upgraded = { ...incident, rules: new Map() };
  for (const member of incident.members.values()) noteRule(upgraded, member.rule.id, member);
  return upgraded;
}

interface FormerWatch extends Omit<WatchSnapshot, 'watchedFrom' | 'modelAt'> {
  readonly firstMinute: number;
}

function withReceipt({ firstMinute, ...watch }: FormerWatch): WatchSnapshot {
  return { ...watch, watchedFrom: firstMinute, modelAt: watch.newestMinute };
}
