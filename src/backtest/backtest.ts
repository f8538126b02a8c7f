import { Worker } from 'node:worker_threads';
import type { AlertChange } from '../model/alert.js';
import type { RuleFault } from '../model/rule.js';
import type {
  BacktestOutcome,
  BacktestProgress,
  BacktestStart,
  FromBacktest,
  ToBacktest,
} from './messages.js';

export interface BacktestOptions extends Omit<BacktestStart, 'wantsAlerts' | 'skip'> {
  readonly skip?: boolean;
  /** Ends it early with what was found so far. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: BacktestProgress) => void;
  /** Takes every alert line (`opened`, `updated`, `ended`) in log order; the backtest waits for it. */
  readonly onAlerts?: (alerts: readonly AlertChange[]) => Promise<void> | void;
}

/** The rules cannot be tried: none has such a name, or all of a file are refused. */
export class BacktestRefused extends Error {
  readonly faults: readonly RuleFault[];

  constructor(reason: string, faults: readonly RuleFault[]) {
    super(reason);
    this.faults = faults;
  }
}

const YOUNG_MB = 32;

/**
 * Runs rules over the stored log as the daemon would have run them, on threads of its own, also while a daemon writes the log: what
 * would have matched and been alerted, on whom. What comes later is not looked at. Nothing is stored or sent anywhere. Rejects with
 * BacktestRefused.
 */
export function backtest({
  signal,
  onProgress,
  onAlerts,
  skip = true,
  ...start
}: BacktestOptions): Promise<BacktestOutcome> {
  const thread = new Worker(new URL('./conductor.js', import.meta.url), {
    workerData: { ...start, skip, wantsAlerts: onAlerts !== undefined } satisfies BacktestStart,
    name: 'backtest',
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
  });
  const send = (message: ToBacktest): void => thread.postMessage(message);
  const stop = (): void => send({ type: 'stop' });
  const outcome = new Promise<BacktestOutcome>((resolve, reject) => {
    const receive = async (message: FromBacktest): Promise<void> => {
      switch (message.type) {
        case 'refused':
          reject(new BacktestRefused(message.reason, message.faults));
          break;
        case 'progress':
          onProgress?.(message.progress);
          break;
        case 'alerts':
          await onAlerts?.(message.alerts);
          send({ type: 'taken' });
          break;
        case 'done':
          resolve(message.outcome);
          break;
      }
    };
    thread.on('message', (message: FromBacktest) => void receive(message).catch(reject));
    thread.once('error', reject);
    thread.once('exit', () => reject(new Error('The thread of the backtest ended without an answer.')));
  });
  if (signal?.aborted === true) stop();
  signal?.addEventListener('abort', stop, { once: true });
  return outcome.finally(async () => {
    signal?.removeEventListener('abort', stop);
    await thread.terminate();
  });
}
