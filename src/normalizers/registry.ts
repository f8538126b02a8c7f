import { accountTools } from './account-tools.js';
import { cron } from './cron.js';
import { logind } from './logind.js';
import type { Normalizer } from './normalizer.js';
import { pam } from './pam.js';
import { sshd } from './sshd.js';
import { su } from './su.js';
import { sudo } from './sudo.js';
import { windows } from './windows.js';

/**
 * Every log source we recognise. Order matters where two share a program or a format: the first that says true
 * keeps the event, so the more particular one stands above. A new one is a file of its own and one line here.
 */
export const NORMALIZERS: readonly Normalizer[] = [
  // Linux
  sshd,
  sudo,
  su,
  cron,
  logind,
  accountTools,
  pam,
  // Windows
  windows,
];
