import { accessLog } from './access-log.js';
import { accountTools } from './account-tools.js';
import { adguardHome } from './adguard-home.js';
import { adguardQueries } from './adguard-queries.js';
import { apacheError } from './apache-error.js';
import { asterisk } from './asterisk.js';
import { auditd } from './auditd.js';
import { authelia } from './authelia.js';
import { azure } from './azure.js';
import { bitbucketAudit } from './bitbucket-audit.js';
import { caddy } from './caddy.js';
import { cef } from './cef.js';
import { checkPoint } from './check-point.js';
import { ciscoAsa } from './cisco-asa.js';
import { ciscoDuo } from './cisco-duo.js';
import { ciscoIos } from './cisco-ios.js';
import { ciscoIse } from './cisco-ise.js';
import { cloudtrail } from './cloudtrail.js';
import { container } from './container.js';
import { cron } from './cron.js';
import { crowdsec } from './crowdsec.js';
import { mysql, postgres } from './databases.js';
import { dhcpd } from './dhcpd.js';
import { dnsmasq } from './dnsmasq.js';
import { dovecot } from './dovecot.js';
import { esxi } from './esxi.js';
import { exim } from './exim.js';
import { f5Asm } from './f5-asm.js';
import { fail2ban } from './fail2ban.js';
import { fortigate } from './fortigate.js';
import { gcp } from './gcp.js';
import { gitea } from './gitea.js';
import { githubAudit } from './github-audit.js';
import { grafana } from './grafana.js';
import { haproxy } from './haproxy.js';
import { homeAssistant } from './home-assistant.js';
import { hostapd } from './hostapd.js';
import { iis } from './iis.js';
import { jellyfin } from './jellyfin.js';
import { juniperSrx } from './juniper-srx.js';
import { kea } from './kea.js';
import { kubernetesAudit } from './kubernetes-audit.js';
import { laurel } from './laurel.js';
import { leef } from './leef.js';
import { linuxDaemons } from './linux-daemons.js';
import { logind } from './logind.js';
import { m365 } from './m365.js';
import { meraki } from './meraki.js';
import { mikrotik } from './mikrotik.js';
import { mongodb } from './mongodb.js';
import { named } from './named.js';
import { netfilter } from './netfilter.js';
import { netscaler } from './netscaler.js';
import { nextcloud } from './nextcloud.js';
import { nginxError } from './nginx-error.js';
import { nginxProxyManager } from './nginx-proxy-manager.js';
import type { Normalizer } from './normalizer.js';
import { okta } from './okta.js';
import { opencanary } from './opencanary.js';
import { openvpn } from './openvpn.js';
import { pam } from './pam.js';
import { panOs } from './pan-os.js';
import { pfsense } from './pfsense.js';
import { pfsenseConsole } from './pfsense-console.js';
import { postfix } from './postfix.js';
import { proftpd } from './proftpd.js';
import { proxmox } from './proxmox.js';
import { pureFtpd } from './pure-ftpd.js';
import { pveFirewall } from './pve-firewall.js';
import { qnap } from './qnap.js';
import { redis } from './redis.js';
import { roundcube } from './roundcube.js';
import { samba } from './samba.js';
import { sambaJson } from './samba-json.js';
import { snort } from './snort.js';
import { sonicwall } from './sonicwall.js';
import { sophos } from './sophos.js';
import { sophosUtm } from './sophos-utm.js';
import { squid } from './squid.js';
import { sshd } from './sshd.js';
import { strongswan } from './strongswan.js';
import { su } from './su.js';
import { sudo } from './sudo.js';
import { suricata } from './suricata.js';
import { synology } from './synology.js';
import { traefik } from './traefik.js';
import { truenasAudit } from './truenas-audit.js';
import { unbound } from './unbound.js';
import { vaultAudit } from './vault-audit.js';
import { vaultwarden } from './vaultwarden.js';
import { vsftpd } from './vsftpd.js';
import { vsphereAudit } from './vsphere-audit.js';
import { watchguard } from './watchguard.js';
import { webJson } from './web-json.js';
import { webOther } from './web-other.js';
import { webmin } from './webmin.js';
import { windows } from './windows.js';
import { zeek } from './zeek.js';
import { zeekTsv } from './zeek-tsv.js';

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
  zeekTsv,
  // It shares programs with snort and the kernel's log
  sophosUtm,
  suricata,
  snort,
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
  webJson,
  nextcloud,
  authelia,
  mongodb,
  sambaJson,
  // It hands sudo's records on
  truenasAudit,
  laurel,
  adguardQueries,
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
  nginxProxyManager,
  nginxError,
  apacheError,
  webOther,
  iis,
  squid,
  haproxy,
  // Mail
  postfix,
  dovecot,
  exim,
  // Network devices
  ciscoAsa,
  fortigate,
  panOs,
  sophos,
  pfsense,
  pfsenseConsole,
  checkPoint,
  mikrotik,
  meraki,
  sonicwall,
  watchguard,
  netscaler,
  f5Asm,
  ciscoIse,
  ciscoIos,
  // Names, VPN, files, databases
  named,
  dnsmasq,
  unbound,
  dhcpd,
  kea,
  hostapd,
  openvpn,
  strongswan,
  vsftpd,
  proftpd,
  pureFtpd,
  samba,
  fail2ban,
  crowdsec,
  mysql,
  postgres,
  redis,
  // Hypervisors, storage, applications of one's own
  proxmox,
  pveFirewall,
  esxi,
  vsphereAudit,
  synology,
  qnap,
  homeAssistant,
  asterisk,
  vaultwarden,
  jellyfin,
  roundcube,
  adguardHome,
  webmin,
  gitea,
  grafana,
];
