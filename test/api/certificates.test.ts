import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { serveApi } from '../../src/api/server.js';
import { configSchema } from '../../src/config/schema.js';
import type { DaemonView } from '../../src/daemon/view.js';
import { createDesk } from '../../src/storage/desk/desk.js';
import { StateStore } from '../../src/storage/state.js';
import { certificates } from '../helpers/certificates.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

it('an API whose key is not the certificate’s says so in one line, and leaves nothing open for the next try', async () => {
  const data_dir = temporaryFolder();
  new StateStore(join(data_dir, 'state.db')).close();
  const desk = createDesk(join(data_dir, 'desk.db'));
  const { serverCert, clientKey } = await certificates();
  const api = { tls: { cert: serverCert, key: clientKey } };
  const config = { ...configSchema.parse({ api }), data_dir };
  const daemon = { config: () => config, desk } as unknown as DaemonView;
  const open = () => readdirSync('/proc/self/fd').length;
  await expect(serveApi(daemon)).rejects.toThrow(`key: ${clientKey} is not the private key of ${serverCert}`);
  const before = open();
  for (let i = 0; i < 5; i++) await expect(serveApi(daemon)).rejects.toThrow();
  expect(open()).toBe(before);
  desk.close();
});
