import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { recordChunk } from '../../src/cli/record-chunk.js';
import { loadConfig } from '../../src/config/load.js';
import * as ruleFiles from '../../src/config/rule-files.js';
import { examine } from '../../src/doctor/examine.js';
import { EventLog } from '../../src/storage/log/event-log.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

vi.mock(import('../../src/config/rule-files.js'), { spy: true });

it('the doctor reads the rules once for all of its checks', async () => {
  const cwd = temporaryFolder();
  writeFileSync(
    join(cwd, 'config.yaml'),
    'data_dir: ./data\nsources: [{ type: syslog-tcp, name: tcp, listen: "127.0.0.1:0" }]\napi: { enabled: false }\n',
  );
  const { config } = loadConfig({ file: undefined, cwd, env: {} });
  const log = new EventLog({ dir: join(cwd, 'data', 'events'), maxAgeMs: 1e15, maxBytes: 1e15 });
  log.append(recordChunk([Buffer.from('hello')], 1, Date.now(), 'tcp'));
  log.commit();
  log.finish();
  const examined = await examine(config, Date.now());
  expect(examined.find(({ check }) => check === 'parsing')!.findings).toHaveLength(2);
  expect(ruleFiles.readConfiguredRules).toHaveBeenCalledTimes(1);
});
