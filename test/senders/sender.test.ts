import { expect, it } from 'vitest';
import { RECORD_FORMATS } from '../../src/model/record.js';
import { FORMATS, RECORDS, SENT_WIDTH, SKEW } from '../../src/model/sent.js';
import { copySender, countRow, Sender, statsOf } from '../../src/senders/sender.js';

it('a sender that was stored before there was a format counts it, too', () => {
  const stored = new Sender({ source: 's', address: '192.0.2.1', identity: null, host: null }, 0);
  stored.formats = [3, ...new Array<number>(RECORD_FORMATS.length - 2).fill(0)];
  const sender = copySender(stored);
  const rows = new Float64Array(SENT_WIDTH);
  rows[RECORDS] = 2;
  rows[SKEW] = Number.NaN;
  rows[FORMATS] = 1;
  rows[FORMATS + RECORD_FORMATS.length - 1] = 1;
  countRow(sender, { count: 1, rows, texts: ['line'], skipped: 0 }, 0, 1, 0);
  expect(statsOf(sender, 0).formats).toEqual({ [RECORD_FORMATS[0]]: 4, [RECORD_FORMATS.at(-1)!]: 1 });
});
