import { accessLog } from './access-log.js';
import { accountTools } from './account-tools.js';
import { apacheError } from './apache-error.js';
import { auditd } from './auditd.js';
import { azure } from './azure.js';
import { bitbucketAudit } from './bitbucket-audit.js';
import { caddy } from './caddy.js';
import { cef } from './cef.js';
import { ciscoAsa } from './cisco-asa.js';
import { ciscoDuo } from './cisco-duo.js';
import { ciscoIos } from './cisco-ios.js';
import { cloudtrail } from './cloudtrail.js';
import { container } from './container.js';
import { cron } from './cron.js';
import { mysql, postgres } from './databases.js';
import { dnsmasq } from './dnsmasq.js';
import { dovecot } from './dovecot.js';
import { fail2ban } from './fail2ban.js';
import { fortigate } from './fortigate.js';
import { gcp } from './gcp.js';
import { githubAudit } from './github-audit.js';
import { haproxy } from './haproxy.js';
import { juniperSrx } from './juniper-srx.js';
import { kubernetesAudit } from './kubernetes-audit.js';
import { leef } from './leef.js';
import { linuxDaemons } from './linux-daemons.js';
import { logind } from './logind.js';
import { m365 } from './m365.js';
import { meraki } from './meraki.js';
import { named } from './named.js';
import { netfilter } from './netfilter.js';
import { nginxError } from './nginx-error.js';
import type { Normalizer } from './normalizer.js';
import { okta } from './okta.js';
import { opencanary } from './opencanary.js';
import { openvpn } from './openvpn.js';
import { pam } from './pam.js';
import { panOs } from './pan-os.js';
import { pfsense } from './pfsense.js';
import { postfix } from './postfix.js';
import { sonicwall } from './sonicwall.js';
import { squid } from './squid.js';
import { sshd } from './sshd.js';
import { su } from './su.js';
import { sudo } from './sudo.js';
import { suricata } from './suricata.js';
import { traefik } from './traefik.js';
import { vaultAudit } from './vault-audit.js';
import { vsftpd } from './vsftpd.js';
import { webOther } from './web-other.js';
import { windows } from './windows.js';
import { zeek } from './zeek.js';

/**
 * Every log source we recognise. Order matters where two share a program or a format: the first that says true
 * keeps the event, so the more particular one stands above. A new one is a file of its own and one line here.
 */
export const NORMALIZERS: readonly Normalizer[] = [
  // JSON and CEF of known shape: before anything that looks at a message
  // Windows
  windows,
  // Intrusion detection
  zeek,
  suricata,
  // Cloud and containers
  cloudtrail,
  okta,
  azure,
  m365,
  gcp,
  githubAudit,
  bitbucketAudit,
  ciscoDuo,
  opencanary,
  kubernetesAudit,
  vaultAudit,
  caddy,
  traefik,
  container,
  // Any vendor
  cef,
  leef,
  // Junos shares program names with Linux
  juniperSrx,
  // Linux
  sshd,
  sudo,
  su,
  cron,
  logind,
  accountTools,
  pam,
  auditd,
  netfilter,
  linuxDaemons,
  // Web servers and proxies
  accessLog,
  nginxError,
  apacheError,
  webOther,
  squid,
  haproxy,
  // Mail
  postfix,
  dovecot,
  // Network devices
  ciscoAsa,
  fortigate,
  panOs,
  pfsense,
  meraki,
  sonicwall,
  ciscoIos,
  // Names, VPN, files, databases
  named,
  dnsmasq,
  openvpn,
  vsftpd,
  fail2ban,
  mysql,
  postgres,
];
