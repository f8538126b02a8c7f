import { compileMatcher } from '../alerts/silences.js';
import type { AlertChange } from '../model/alert.js';
import type { SilenceMatcher } from '../model/silence.js';
import { type CaseReader, MOST_COUNTED } from '../storage/case-reader.js';

/** What a silence would have hidden. */
export interface SilencePreview {
  readonly alerts: number;
  /** Incidents all of whose alerts it would have hidden. */
  readonly incidents: number;
  /** The newest of the alerts. */
  readonly items: readonly AlertChange[];
  /** There are more alerts than were looked at. */
  readonly partial: boolean;
}

/** Of the alerts that are looked at, newest first, so many at once. */
const PAGE = 200;
const SHOWN = 20;

/** Looks through the newest stored alerts, and through incidents. `since`: ISO time. */
export function previewSilence(cases: CaseReader, matcher: SilenceMatcher, since: string): SilencePreview {
  const holds = compileMatcher(matcher);
  const ids = new Set<string>();
  const items: AlertChange[] = [];
  let looked = 0;
  for (let more = true; more && looked < MOST_COUNTED; ) {
    const alerts = cases.newestAlerts({ limit: PAGE, offset: looked, since });
    for (const change of alerts) {
      if (!holds(change)) continue;
      ids.add(change.alert.id);
      if (items.length < SHOWN) items.push(change);
    }
    looked += alerts.length;
    more = alerts.length === PAGE;
  }
  const incidents = cases
    .incidents({ limit: PAGE, offset: 0, since }, 'last_seen')
    .items.filter(({ timeline }) => timeline.every(({ alert }) => ids.has(alert.id)));
  return { alerts: ids.size, incidents: incidents.length, items, partial: looked >= MOST_COUNTED };
}
