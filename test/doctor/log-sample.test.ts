import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { recordChunk } from '../../src/cli/record-chunk.js';
import { loadConfig } from '../../src/config/load.js';
import { sampleLog } from '../../src/doctor/log-sample.js';
import { EventLog } from '../../src/storage/log/event-log.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const sshd = Buffer.from(
  '<38>Nov 20 18:14:15 web-01 sshd[999]: Failed password for root from 203.0.113.7 port 40022 ssh2',
);
it('a source that sends much does not hide one that sends little', () => {
  const cwd = temporaryFolder();
  const sources = ['loud', 'rare'].map(
    (name) => `{ type: syslog-tcp, name: ${name}, listen: "127.0.0.1:0" }`,
  );
  writeFileSync(join(cwd, 'config.yaml'), `sources: [${sources.join(', ')}]\n`);
  const { config } = loadConfig({ file: undefined, cwd, env: {} });
  const dir = join(cwd, 'events');
  const log = new EventLog({ dir, maxAgeMs: 1e15, maxBytes: 1e15 });
  const add = (source: string, count: number): void => {
    const chunk = recordChunk(new Array<Buffer>(count).fill(sshd), log.lastSeq + 1, Date.now(), 'tcp');
    log.append({ ...chunk, source });
  };
  add('rare', 1);
  for (let i = 0; i < 60; i++) add('loud', 1000);
  log.commit();
  log.finish();
  const sample = sampleLog(dir, config, () => ['user.name', 'no.such'], 60_000)!;
  expect(sample.sources.get('rare')).toMatchObject({ records: 1 });
  expect(sample.sources.get('loud')).toMatchObject({ records: 50_000 });
  expect(sample.isWhole).toBe(false);
  expect(sample.logsources.map(({ source, fields }) => [source, [...fields]])).toEqual([
    ['loud', ['user.name']],
    ['rare', ['user.name']],
  ]);
});
