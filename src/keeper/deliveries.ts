import { hash } from 'node:crypto';
import type { Config, SinkConfig } from '../config/schema.js';
import type { Change } from '../model/change.js';
import { createDelivery, type Delivery } from '../sinks/deliver.js';
import type { Outbox } from '../sinks/outbox.js';
import { SINKS } from '../sinks/registry.js';
import type { SinkType } from '../sinks/sink.js';
import type { StateStore } from '../storage/state.js';
import type { Counters } from '../telemetry/counters.js';
import type { Logger } from '../telemetry/log.js';

export interface Deliveries {
  readonly names: readonly string[];
  wake(): void;
  tellUnstored(changes: readonly Change[]): void;
  reopen(): void;
  stop(deadline: number): Promise<void>;
  stats(): Record<string, Record<string, number | string>>;
}

/** One delivery loop per configured sink, all reading the outbox in state.db. */
export function startDeliveries(options: {
  config: Config;
  alertsToStdout: boolean;
  state: StateStore;
  log: Logger;
  counters: Counters;
  stdout: (text: string) => Promise<void>;
  textOf: (change: Change) => string;
}): Deliveries {
  const { config, state, log, counters, stdout, textOf } = options;
  const sinks: SinkConfig[] = [...config.sinks];
  // A name that no configured sink can have: names begin with a letter or digit.
  if (options.alertsToStdout) {
    sinks.push({ type: 'stdout', name: '--alerts', min_severity: 'informational', incidents: false });
  }
  const outbox: Outbox = {
    read: (after, limit, newestOnly) => state.readOutbox(after, limit, newestOnly),
    position: (sink) => state.sinkPosition(sink),
    commit: (sink, position, sinkState) => state.commitSink(sink, position, sinkState),
    deadLetter: (sink, item, reason) => state.deadLetter(sink, item.position, item.change, reason),
  };
  const deliveries: Delivery[] = sinks.map((sink) => {
    const name = sink.name!;
    state.ensureSink(name);
    const type = SINKS[sink.type] as unknown as SinkType;
    const sinkLog = log.child({ sink: name });
    return createDelivery({
      name,
      sink: type.create(sink, {
        name,
        origin: originOf(state, name),
        log: sinkLog,
        now: Date.now,
        stdout,
        textOf,
      }),
      minSeverity: sink.min_severity,
      incidents: sink.incidents,
      outbox,
      clock: { now: Date.now, after: (ms, run) => timer(ms, run) },
      counters,
      log: sinkLog,
    });
  });
  return {
    names: sinks.map((sink) => sink.name!),
    wake: () => {
      for (const delivery of deliveries) delivery.wake();
    },
    tellUnstored: (changes) => {
      for (const delivery of deliveries) delivery.tellUnstored(changes);
    },
    reopen: () => {
      for (const delivery of deliveries) delivery.reopen();
    },
    stop: async (deadline) => {
      await Promise.all(deliveries.map((delivery) => delivery.stop(deadline)));
    },
    stats: () =>
      Object.fromEntries(
        deliveries.map((delivery) => {
          const { name, lastError, ...status } = delivery.status();
          return [name, { ...status, ...(lastError !== null && { last_error: lastError }) }];
        }),
      ),
  };
}

function originOf({ installation }: StateStore, sink: string): string {
  return hash('sha256', `${installation}\0${sink}`).slice(0, 16);
}

function timer(ms: number, run: () => void): () => void {
  const handle = setTimeout(run, ms);
  return () => clearTimeout(handle);
}
