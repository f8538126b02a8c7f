import { accessLog } from './access-log.js';
import { accountTools } from './account-tools.js';
import { apacheError } from './apache-error.js';
import { ciscoAsa } from './cisco-asa.js';
import { ciscoIos } from './cisco-ios.js';
import { cron } from './cron.js';
import { logind } from './logind.js';
import { netfilter } from './netfilter.js';
import { nginxError } from './nginx-error.js';
import type { Normalizer } from './normalizer.js';
import { pam } from './pam.js';
import { postfix } from './postfix.js';
import { sshd } from './sshd.js';
import { su } from './su.js';
import { sudo } from './sudo.js';
import { webOther } from './web-other.js';
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
  netfilter,
  // Windows
  windows,
  // Web servers and proxies
  accessLog,
  nginxError,
  apacheError,
  webOther,
  // Mail
  postfix,
  // Network devices
  ciscoAsa,
  ciscoIos,
];
