import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Where scripts/install-test-tools.sh unpacks Debian packages. */
const ROOT = join(process.env.VEDETTE_TEST_TOOLS ?? join(tmpdir(), 'vedette-test-tools'), 'root');

const LIBRARIES = [
  'usr/lib/x86_64-linux-gnu',
  'usr/lib/aarch64-linux-gnu',
  'lib/x86_64-linux-gnu',
  'lib/aarch64-linux-gnu',
  'usr/lib/syslog-ng',
];

/** What the acceptance tests drive. */
export const TOOLS = [
  'rsyslogd',
  'syslog-ng',
  'logger',
  'nc.openbsd',
  'evtxexport',
  'nats-server',
  'chromium',
  'curl',
  'strace',
  'systemd-analyze',
];

/** Programs that a variable of the environment names. */
const GIVEN: Readonly<Record<string, string | undefined>> = { chromium: process.env.VEDETTE_CHROMIUM };

/** Finds a program: as given, else among the unpacked ones, then in PATH; null = absent. */
export function findTool(name: string): string | null {
  const given = GIVEN[name];
  if (given !== undefined) return existsSync(given) ? given : null;
  const folders = ['usr/sbin', 'usr/bin', 'bin'].map((folder) => join(ROOT, folder));
  const path = (process.env.PATH ?? '').split(delimiter);
  for (const folder of [...folders, ...path, '/usr/sbin']) {
    const file = join(folder, name);
    if (existsSync(file)) return file;
  }
  return null;
}

/** Environment in which the unpacked programs find their libraries. */
export function toolEnvironment(): Record<string, string | undefined> {
  return { ...process.env, LD_LIBRARY_PATH: LIBRARIES.map((folder) => join(ROOT, folder)).join(delimiter) };
}

/** Folder inside the unpacked packages, such as one of modules; falls back to the installed one. */
export function toolFolder(...candidates: string[]): string {
  for (const folder of candidates) {
    for (const place of [join(ROOT, folder), join('/', folder)]) if (existsSync(place)) return place;
  }
  throw new Error(`none of ${candidates.join(', ')} is there; run scripts/install-test-tools.sh`);
}
