import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { load as parseYaml } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { certificates } from '../helpers/certificates.js';
import { runCommand } from '../helpers/run-cli.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

function folderWith(config: string): string {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'config.yaml'), config);
  return cwd;
}

describe('config check', () => {
  it('counts what a good configuration holds', async () => {
    const cwd = folderWith('sources: [{ type: stdin }]\n');
    const { code, out, err } = await runCommand(['config', 'check'], { cwd });
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/config\.yaml: 1 source, 2 sinks, [1-9]\d* rules, 0 refused\.\n$/);
  });

  it('exits 78 with every fault, 1 when rules are refused', async () => {
    const bad = await runCommand(['config', 'check'], { cwd: folderWith('sorces: []\nlog: { level: 1 }\n') });
    expect(bad.code).toBe(78);
    expect(bad.err).toContain('The configuration has 2 faults:');
    const cwd = folderWith('rules: { builtin: false, paths: [missing] }\n');
    const refused = await runCommand(['config', 'check'], { cwd });
    expect(refused.code).toBe(1);
    expect(refused.err).toContain(`${join(cwd, 'missing')}: There is no such file or folder.`);
  });

  it('looks at certificates, and exits 78 when one cannot be used', async () => {
    const cwd = folderWith(
      'sources: [{ type: syslog-tls, name: tls, listen: ":0", cert: none.pem, key: none.key }]\n',
    );
    const { code, err } = await runCommand(['config', 'check'], { cwd });
    expect(code).toBe(78);
    expect(err).toContain(`sources.0 (tls): cert: cannot read ${join(cwd, 'none.pem')}: ENOENT`);
    expect(err).toContain(`${join(cwd, 'config.yaml')}:1: sources.0 (tls): cert:`);
    const { clientKey, serverCert, serverKey } = await certificates();
    copyFileSync(serverCert, join(cwd, 'none.pem'));
    copyFileSync(clientKey, join(cwd, 'none.key'));
    expect((await runCommand(['config', 'check'], { cwd })).err).toContain('is not the private key of');
    copyFileSync(serverKey, join(cwd, 'none.key'));
    expect(await runCommand(['config', 'check'], { cwd })).toMatchObject({ code: 0, err: '' });
  });

  it('looks at those of api.tls, and names the line', async () => {
    const cwd = folderWith(
      'sources: [{ type: syslog-tcp, listen: ":0" }]\napi:\n  tls:\n    cert: server.crt\n    key: server.key\n',
    );
    const check = () => runCommand(['config', 'check'], { cwd });
    const place = (line: number) => `${join(cwd, 'config.yaml')}:${line}: api.tls: `;
    const missing = await check();
    expect(missing.code).toBe(78);
    expect(missing.err).toContain(`${place(4)}cert: cannot read ${join(cwd, 'server.crt')}: ENOENT`);
    const { clientKey, serverCert, serverKey } = await certificates();
    copyFileSync(serverCert, join(cwd, 'server.crt'));
    writeFileSync(join(cwd, 'server.key'), 'no key');
    expect((await check()).err).toContain(`${place(5)}key: ${join(cwd, 'server.key')} does not hold`);
    copyFileSync(clientKey, join(cwd, 'server.key'));
    expect((await check()).err).toBe(
      `${place(5)}key: ${join(cwd, 'server.key')} is not the private key of ${join(cwd, 'server.crt')}.\n`,
    );
    copyFileSync(serverKey, join(cwd, 'server.key'));
    expect(await check()).toMatchObject({ code: 0, err: '' });
    writeFileSync(join(cwd, 'server.key'), 'no key');
    const off = { cwd, env: { VEDETTE_API__ENABLED: 'false' } };
    expect((await runCommand(['config', 'check'], off)).code).toBe(0);
  });

  it('says when nothing would be received', async () => {
    const { code, err } = await runCommand(['config', 'check'], { cwd: folderWith('{}\n') });
    expect([code, err]).toEqual([0, 'There are no sources: `vedette run` would not start.\n']);
  });

  it('accepts the configurations that we ship', async () => {
    for (const file of ['config.yaml', 'scripts/container-config.yaml', 'scripts/service-config.yaml'])
      expect(await runCommand(['config', 'check', '-c', file], { cwd: process.cwd() })).toMatchObject({
        code: 0,
        err: '',
      });
  });
});

describe('config show', () => {
  it('prints the configuration in force, defaults filled in', async () => {
    const cwd = folderWith('sources: [{ type: stdin }]\nalerts: { dedup_window: 1m }\n');
    const { code, out } = await runCommand(['config', 'show'], { cwd });
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      data_dir: join(cwd, 'data'),
      sources: [{ type: 'stdin', name: 'stdin', max_message: 65536 }],
      alerts: { dedup_window: 60_000, repeat_interval: 14_400_000 },
    });
  });
});

describe('config show of a webhook', () => {
  it('has nothing that may be a secret', async () => {
    const cwd = folderWith(`sources: [{ type: stdin }]
sinks: [{ type: webhook, url: "https://hooks.example.com/services/T0KEN", body: { routing_key: K3Y }, preset: json }]
`);
    const { code, out } = await runCommand(['config', 'show'], { cwd });
    expect(code).toBe(0);
    expect((JSON.parse(out) as { sinks: unknown[] }).sinks).toMatchObject([
      { type: 'webhook', url: 'https://hooks.example.com/…', body: '…' },
    ]);
    expect(out).not.toMatch(/T0KEN|K3Y/);
  });
});

describe('config schema', () => {
  it('is a JSON Schema that accepts what we ship and refuses unknown keys', async () => {
    const { code, out } = await runCommand(['config', 'schema']);
    expect(code).toBe(0);
    const validate = new Ajv2020({ strict: false }).compile(JSON.parse(out) as object);
    expect(validate(parseYaml(readFileSync('config.yaml', 'utf8'))), JSON.stringify(validate.errors)).toBe(
      true,
    );
    expect(validate({ sorces: [] })).toBe(false);
  });
});
