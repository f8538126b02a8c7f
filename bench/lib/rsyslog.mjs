// rsyslogd as a peer: what it takes over TCP it writes to a file, and does nothing else with it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Where scripts/install-test-tools.sh unpacks Debian packages; else it must be installed. */
const UNPACKED = join(process.env.VEDETTE_TEST_TOOLS ?? join(tmpdir(), 'vedette-test-tools'), 'root');
const ROOT = existsSync(join(UNPACKED, 'usr/sbin/rsyslogd')) ? UNPACKED : '/';
const PROGRAM = join(ROOT, 'usr/sbin/rsyslogd');
const LIBRARIES = ['usr/lib/x86_64-linux-gnu', 'usr/lib/aarch64-linux-gnu'].map((path) => join(ROOT, path));
/** It writes no more when its file has not changed for so long, ms. */
const QUIET_MS = 1000;

/**
 * Lines per second of an rsyslogd that writes `lines` lines to a file; null = there is none here. `send(port)` resolves
 * when the first is on its way.
 */
export async function rsyslogToFile(lines, send) {
  if (!existsSync(PROGRAM)) return null;
  const folder = mkdtempSync(join(tmpdir(), 'vedette-bench-'));
  const [config, pid, out] = ['rsyslog.conf', 'pid', 'out.log'].map((name) => join(folder, name));
  const port = await freePort();
  writeFileSync(
    config,
    `module(load="imtcp")
input(type="imtcp" port="${port}" address="127.0.0.1")
action(type="omfile" file="${out}")
`,
  );
  const modules = LIBRARIES.map((path) => join(path, 'rsyslog')).find(existsSync);
  const child = spawn(PROGRAM, ['-n', '-f', config, '-i', pid, '-M', modules], {
    stdio: 'ignore',
    env: { ...process.env, LD_LIBRARY_PATH: LIBRARIES.join(delimiter) },
  });
  try {
    while (!existsSync(pid)) await pause(20);
    await send(port);
    const startedAt = Date.now();
    let endedAt = startedAt;
    for (; Date.now() - endedAt < QUIET_MS; await pause(50))
      if (existsSync(out)) endedAt = Math.max(endedAt, statSync(out).mtimeMs);
    const written = await countLines(out);
    if (written < lines) throw new Error(`rsyslogd wrote ${written} of ${lines} lines`);
    return lines / ((endedAt - startedAt) / 1000);
  } finally {
    child.kill('SIGKILL');
    await once(child, 'exit');
    rmSync(folder, { recursive: true, force: true });
  }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

async function countLines(file) {
  let lines = 0;
  for await (const bytes of createReadStream(file))
    for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) lines++;
  return lines;
}

function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
