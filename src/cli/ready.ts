import { spawn } from 'node:child_process';
import type { Logger } from '../telemetry/log.js';

/**
 * Tells systemd that the daemon watches (`Type=notify`), by systemd's own program: Node has no datagram sockets of Unix, which is how
 * systemd is told.
 */
export function tellReady(env: NodeJS.ProcessEnv, log: Logger): void {
  if (env.NOTIFY_SOCKET === undefined) return;
  const child = spawn('systemd-notify', ['--ready'], { stdio: 'ignore', env });
  const failed = (details: object): void =>
    log.warn(details, 'systemd-notify failed: systemd goes on waiting for the start of the daemon.');
  child.once('error', (error) => failed({ err: error }));
  child.once('exit', (code, signal) => {
    if (code !== 0) failed({ exit: code ?? signal });
  });
}
