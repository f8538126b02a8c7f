import type { AlertChange } from '../model/alert.js';
import type { DetectorToKeeper, KeeperStats, SourceTally } from '../protocol.js';
import type { Code } from '../telemetry/codes.js';
import { Counters } from '../telemetry/counters.js';

/** Running totals of what the keeper applied, for `stats`. */
export class KeeperTally {
  readonly counters = new Counters();
  readonly #formats = new Map<string, number>();
  readonly #sources = new Map<string, SourceTally>();
  readonly #bySeverity = new Map<string, number>();
  #records = 0;
  #signals = 0;
  #opened = 0;

  add(result: DetectorToKeeper['result'], receivedAt: number): void {
    this.#records += result.records;
    for (const [format, n] of Object.entries(result.formats))
      this.#formats.set(format, (this.#formats.get(format) ?? 0) + n);
    this.counters.merge(result.faults);
    const before = this.#sources.get(result.source);
    this.#sources.set(result.source, {
      records: (before?.records ?? 0) + result.records,
      unrecognized: (before?.unrecognized ?? 0) + result.unrecognized,
      lastSeen: receivedAt,
    });
  }

  addSignals(count: number): void {
    this.#signals += count;
  }

  addAlert(change: AlertChange): void {
    if (change.alert.status !== 'opened') return;
    this.#opened++;
    this.#bySeverity.set(change.severity, (this.#bySeverity.get(change.severity) ?? 0) + 1);
  }

  fault(code: Code, n = 1): void {
    this.counters.add(code, n);
  }

  stats(rest: {
    core: { open: number; suppressed: number; groups: number };
    stored: number;
    log: Record<string, number> | null;
    sinks: KeeperStats['sinks'];
    appliedSeq: number;
  }): KeeperStats {
    return {
      records: this.#records,
      signals: this.#signals,
      formats: Object.fromEntries(this.#formats),
      faults: this.counters.toJson(),
      bySource: Object.fromEntries(this.#sources),
      alerts: {
        opened: this.#opened,
        open: rest.core.open,
        suppressed: rest.core.suppressed,
        stored: rest.stored,
      },
      correlation: { groups: rest.core.groups },
      bySeverity: Object.fromEntries(this.#bySeverity),
      log: rest.log,
      sinks: rest.sinks,
      appliedSeq: rest.appliedSeq,
    };
  }
}
