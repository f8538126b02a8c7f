import { closeSync, openSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load.js';
import { examine } from '../../src/doctor/examine.js';
import { createDesk } from '../../src/storage/desk/desk.js';
import { StateStore } from '../../src/storage/state.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

/** A data_dir in which a daemon has run. */
function dataDir(): string {
  const data = temporaryFolder();
  new StateStore(join(data, 'state.db')).close();
  createDesk(join(data, 'desk.db')).close();
  return data;
}

async function stateOf(data: string) {
  const { config } = loadConfig({
    file: undefined,
    cwd: data,
    env: { VEDETTE_DATA_DIR: data, VEDETTE_RULES__BUILTIN: 'false', VEDETTE_API__ENABLED: 'false' },
  });
  return (await examine(config, Date.now())).find(({ check }) => check === 'state')!;
}

describe('what the doctor says of state.db and desk.db', () => {
  it('is nothing where there are none, and that they are sound', async () => {
    expect(await stateOf(temporaryFolder())).toMatchObject({ well: [], findings: [] });
    expect(await stateOf(dataDir())).toMatchObject({
      well: ['state.db and desk.db can be read'],
      findings: [],
    });
  });

  it.each([
    ['state.db', 'alerts are raised again from the event log'],
    ['desk.db', 'silences, switched rules and tokens are lost'],
  ])('names a %s that is no database, and what it costs to be rid of it', async (name, cost) => {
    const data = dataDir();
    writeFileSync(join(data, name), 'no database'.repeat(1000));
    expect((await stateOf(data)).findings).toEqual([
      {
        kind: 'problem',
        what: `${join(data, name)} is damaged (file is not a database): the daemon cannot work with it.`,
        fix: expect.stringContaining(cost),
      },
    ]);
  });

  it('finds a damaged page that nobody meets when the file is opened', async () => {
    const data = dataDir();
    const path = join(data, 'state.db');
    const file = openSync(path, 'r+');
    writeSync(file, Buffer.alloc(2048, 0xa5), 0, 2048, statSync(path).size - 4096);
    closeSync(file);
    const { findings } = await stateOf(data);
    expect(findings).toMatchObject([{ kind: 'problem', what: expect.stringContaining(path) }]);
  });
});
