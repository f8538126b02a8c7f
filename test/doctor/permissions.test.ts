import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load.js';
import { examine } from '../../src/doctor/examine.js';
import { asNobody } from '../helpers/as-nobody.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

function permissionsOf(cwd: string, paths: readonly string[]) {
  return permissionsWith(cwd, `[{ type: file, name: files, paths: ${JSON.stringify(paths)} }]`);
}

async function permissionsWith(cwd: string, sources: string, sinks = '[]') {
  writeFileSync(
    join(cwd, 'config.yaml'),
    `data_dir: ./data
sources: ${sources}
rules: { builtin: false }
sinks: ${sinks}
api: { enabled: false }
`,
  );
  const { config } = loadConfig({ file: undefined, cwd, env: {} });
  return (await examine(config, Date.now())).find(({ check }) => check === 'permissions')!;
}

it('names what a source cannot follow, and what is not there', async () => {
  const cwd = temporaryFolder();
  const at = (name: string) => join(cwd, name);
  mkdirSync(at('folder.log'));
  execFileSync('mkfifo', [at('pipe.log')]);
  writeFileSync(at('app.log'), 'a line\n');
  const { well, findings } = await permissionsOf(cwd, [
    './folder.log',
    './pipe.log',
    './app.log',
    './none.log',
  ]);
  expect(findings).toMatchObject([
    {
      kind: 'problem',
      what: `files cannot follow what is no regular file: ${at('folder.log')}, ${at('pipe.log')}.`,
      fix: 'Name files, or what is in a folder: /var/log/app/*.log',
    },
    { kind: 'hint', what: `No file is where files looks: ${at('none.log')}.` },
  ]);
  expect(well).toEqual(['1 file can be read']);
});

it('passes over the folders and pipes that a glob finds', async () => {
  const cwd = temporaryFolder();
  mkdirSync(join(cwd, 'folder.log'));
  writeFileSync(join(cwd, 'app.log'), 'a line\n');
  expect((await permissionsOf(cwd, ['./*.log'])).findings).toEqual([]);
});

it('says who may not read a file in a folder that is closed to him', async () => {
  const cwd = temporaryFolder();
  chmodSync(cwd, 0o777);
  mkdirSync(join(cwd, 'closed'), { mode: 0o700 });
  writeFileSync(join(cwd, 'closed', 'app.log'), 'a line\n');
  chmodSync(join(cwd, 'closed'), process.getuid?.() === 0 ? 0o700 : 0o000);
  const { findings } = await asNobody(() => permissionsOf(cwd, ['./closed/app.log']));
  chmodSync(join(cwd, 'closed'), 0o700);
  expect(findings).toMatchObject([
    { kind: 'problem', what: expect.stringMatching(/ may not read 1 of 1 files of files\.$/) },
  ]);
});

it('looks at every file that a source or a sink names, from where the configuration is', async () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'right.pem'), 'x');
  const { findings } = await permissionsWith(
    cwd,
    '[{ type: nats, stream: LOGS, ca: ./right.pem, creds_file: ./nats.creds }]',
    '[{ type: nats, password_file: ./password }, { type: webhook, url: "https://hooks.example.org/x", token_file: ./token }]',
  );
  expect(findings.map(({ what }) => what.replace(/^.* may not read /, ''))).toEqual([
    `${join(cwd, 'nats.creds')} of nats.`,
    `${join(cwd, 'password')} of nats.`,
    `${join(cwd, 'token')} of webhook.`,
  ]);
});
