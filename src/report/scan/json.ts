import type { ScannedRule, ScanResult } from '../../model/scan-result.js';

/** The whole result as one JSON object. It comes in parts: a big scan's text is longer than a string may be. */
export function* scanJson(result: ScanResult): Generator<string> {
  const { records, unrecognized, times, files, skipped, unreadable, counts } = result;
  const { rules, incidents, alerts } = result;
  const leftOut = { alerts_left_out: result.alertsLeftOut, incidents_left_out: result.incidentsLeftOut };
  const head = { records, unrecognized, first: times?.first ?? null, last: times?.last ?? null };
  yield `{"scan":${JSON.stringify({ ...head, files, skipped, unreadable, counts, ...leftOut })}`;
  yield* list('rules', rules.map(ruleJson));
  yield* list('incidents', incidents);
  yield* list('alerts', alerts);
  yield '\n}\n';
}

function ruleJson({ first, last, ...rule }: ScannedRule): object {
  return { ...rule, first_seen: first, last_seen: last };
}

function* list(name: string, items: readonly object[]): Generator<string> {
  yield `,\n"${name}":[`;
  for (let i = 0; i < items.length; i++) yield `${i === 0 ? '' : ','}\n${JSON.stringify(items[i])}`;
  yield ']';
}
