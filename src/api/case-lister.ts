import { parentPort, workerData } from 'node:worker_threads';
import { CaseReader } from '../storage/case-reader.js';
import type { CaseListerStart, CaseQuestion, FromCaseLister } from './case-lists.js';
import { previewSilence } from './silence-preview.js';

/** The thread that lists alerts and incidents: it answers one question after the other. */
const { statePath, deskPath } = workerData as CaseListerStart;
const reader = new CaseReader(statePath, deskPath);

parentPort!.on('message', (question: CaseQuestion) => {
  parentPort!.postMessage(answerTo(question));
});

function answerTo({ number, method, args }: CaseQuestion): FromCaseLister {
  try {
    const list = (
      method === 'previewSilence' ? previewSilence.bind(null, reader) : reader[method].bind(reader)
    ) as (...args: readonly unknown[]) => unknown;
    return { number, result: list(...args) };
  } catch (error) {
    return { number, message: (error as Error).message };
  }
}
