/**
 * Sigma's `service` of a Windows event channel: the table of the Sigma taxonomy appendix and of SigmaHQ's
 * tests/thor.yml. A channel that is not here is still `product: windows`.
 */
const SERVICES_BY_CHANNEL: ReadonlyMap<string, readonly string[]> = new Map([
  ['Security', ['security']],
  ['System', ['system']],
  ['Application', ['application']],
  ['Microsoft-Windows-Sysmon/Operational', ['sysmon']],
  ['Microsoft-Windows-PowerShell/Operational', ['powershell']],
  ['PowerShellCore/Operational', ['powershell']],
  ['Windows PowerShell', ['powershell-classic']],
  ['Microsoft-Windows-TaskScheduler/Operational', ['taskscheduler']],
  ['Microsoft-Windows-WMI-Activity/Operational', ['wmi']],
  ['Microsoft-Windows-Windows Defender/Operational', ['windefend']],
  ['Microsoft-Windows-Windows Firewall With Advanced Security/Firewall', ['firewall-as']],
  ['Microsoft-Windows-NTLM/Operational', ['ntlm']],
  ['Microsoft-Windows-Bits-Client/Operational', ['bits-client']],
  ['Microsoft-Windows-CodeIntegrity/Operational', ['codeintegrity-operational']],
  ['Microsoft-Windows-AppLocker/EXE and DLL', ['applocker']],
  ['Microsoft-Windows-AppLocker/MSI and Script', ['applocker']],
  ['Microsoft-Windows-AppLocker/Packaged app-Deployment', ['applocker']],
  ['Microsoft-Windows-AppLocker/Packaged app-Execution', ['applocker']],
  ['Microsoft-Windows-AppModel-Runtime/Admin', ['appmodel-runtime']],
  ['Microsoft-Windows-AppXDeploymentServer/Operational', ['appxdeployment-server']],
  ['Microsoft-Windows-AppxPackaging/Operational', ['appxpackaging-om']],
  ['Microsoft-Windows-Application-Experience/Program-Telemetry', ['application-experience']],
  ['Microsoft-Windows-Application-Experience/Program-Compatibility-Assistant', ['application-experience']],
  ['Microsoft-Windows-BitLocker/BitLocker Management', ['bitlocker']],
  ['Microsoft-Windows-CAPI2/Operational', ['capi2']],
  [
    'Microsoft-Windows-CertificateServicesClient-Lifecycle-System/Operational',
    ['certificateservicesclient-lifecycle-system'],
  ],
  ['Microsoft-Windows-DHCP-Server/Operational', ['dhcp']],
  ['Microsoft-Windows-Diagnosis-Scripted/Operational', ['diagnosis-scripted']],
  ['Microsoft-Windows-DNS Client Events/Operational', ['dns-client']],
  ['Microsoft-Windows-DNS-Client/Operational', ['dns-client']],
  ['DNS Server', ['dns-server']],
  ['Microsoft-Windows-DNS-Server/Audit', ['dns-server-audit']],
  ['Microsoft-Windows-DNS-Server/Analytical', ['dns-server-analytic']],
  ['Microsoft-Windows-DNSServer/Analytical', ['dns-server-analytic']],
  ['Microsoft-Windows-DriverFrameworks-UserMode/Operational', ['driver-framework']],
  ['Microsoft-Windows-Hyper-V-Worker', ['hyper-v-worker']],
  ['Microsoft-Windows-Hyper-V-Worker-Admin', ['hyper-v-worker']],
  ['Microsoft-IIS-Configuration/Operational', ['iis-configuration']],
  ['Microsoft-Windows-Kernel-EventTracing', ['kernel-event-tracing']],
  ['Microsoft-Windows-Kernel-EventTracing/Admin', ['kernel-event-tracing']],
  ['Microsoft-Windows-Kernel-ShimEngine/Diagnostic', ['kernel-shimengine']],
  ['Microsoft-Windows-Kernel-ShimEngine/Operational', ['kernel-shimengine']],
  ['Microsoft-Windows-LDAP-Client/Debug', ['ldap', 'ldap_debug']],
  ['Microsoft-Windows-LSA/Operational', ['lsa-server']],
  ['Microsoft-ServiceBus-Client', ['microsoft-servicebus-client']],
  ['Microsoft-ServiceBus-Client/Admin', ['microsoft-servicebus-client', 'servicebus-client']],
  ['Microsoft-ServiceBus-Client/Operational', ['microsoft-servicebus-client', 'servicebus-client']],
  ['MSExchange Management', ['msexchange-management']],
  ['Microsoft-Windows-Ntfs/Operational', ['ntfs']],
  ['OpenSSH/Operational', ['openssh']],
  ['Microsoft-Windows-PrintService/Admin', ['printservice-admin']],
  ['Microsoft-Windows-PrintService/Operational', ['printservice-operational']],
  ['Microsoft-Windows-Security-Mitigations/KernelMode', ['security-mitigations']],
  ['Microsoft-Windows-Security-Mitigations/UserMode', ['security-mitigations']],
  ['Microsoft-Windows-Security-Mitigations/Kernel Mode', ['security-mitigations']],
  ['Microsoft-Windows-Security-Mitigations/User Mode', ['security-mitigations']],
  ['Microsoft-Windows-SENSE/Operational', ['sense']],
  ['Microsoft-Windows-Shell-Core/Operational', ['shell-core']],
  ['Microsoft-Windows-SmbClient/Connectivity', ['smbclient-connectivity']],
  ['Microsoft-Windows-SmbClient/Security', ['smbclient-security']],
  ['Microsoft-Windows-SMBServer/Connectivity', ['smbserver-connectivity']],
  [
    'Microsoft-Windows-TerminalServices-LocalSessionManager/Operational',
    ['terminalservices-localsessionmanager'],
  ],
  // No service of Sigma's, but its logins are read.
  ['Microsoft-Windows-TerminalServices-RemoteConnectionManager/Operational', []],
  ['Microsoft-Windows-VHDMP/Operational', ['vhdmp']],
  ['Microsoft-Windows-VHDMP-Operational', ['vhdmp']],
]);

/** Channel of a provider that writes to one channel, for shippers that leave the channel out. */
const CHANNEL_BY_PROVIDER: ReadonlyMap<string, string> = new Map([
  ['Microsoft-Windows-Security-Auditing', 'Security'],
  ['Microsoft-Windows-Sysmon', 'Microsoft-Windows-Sysmon/Operational'],
  ['Microsoft-Windows-PowerShell', 'Microsoft-Windows-PowerShell/Operational'],
  ['PowerShellCore', 'PowerShellCore/Operational'],
  ['PowerShell', 'Windows PowerShell'],
  ['Service Control Manager', 'System'],
  ['Microsoft-Windows-TaskScheduler', 'Microsoft-Windows-TaskScheduler/Operational'],
  ['Microsoft-Windows-WMI-Activity', 'Microsoft-Windows-WMI-Activity/Operational'],
  ['Microsoft-Windows-Windows Defender', 'Microsoft-Windows-Windows Defender/Operational'],
  ['Microsoft-Windows-NTLM', 'Microsoft-Windows-NTLM/Operational'],
  ['Microsoft-Windows-Bits-Client', 'Microsoft-Windows-Bits-Client/Operational'],
  ['Microsoft-Windows-CodeIntegrity', 'Microsoft-Windows-CodeIntegrity/Operational'],
  ['OpenSSH', 'OpenSSH/Operational'],
]);

/** Channels in the spelling of the tables, found without regard to case. */
const SPELLING: ReadonlyMap<string, string> = new Map(
  [...SERVICES_BY_CHANNEL.keys()].map((channel) => [channel.toLowerCase(), channel]),
);

/** Names longer than this are in no table; lower-casing them would only cost time. */
const MAX_CHANNEL = 128;

export const CHANNELS: readonly string[] = [...SERVICES_BY_CHANNEL.keys()];

/** The channel as the tables spell it; null when neither it nor the provider is known. */
export function knownChannel(channel: string | null, provider: string | null): string | null {
  if (channel === null) return provider === null ? null : (CHANNEL_BY_PROVIDER.get(provider) ?? null);
  if (SERVICES_BY_CHANNEL.has(channel)) return channel;
  return channel.length > MAX_CHANNEL ? null : (SPELLING.get(channel.toLowerCase()) ?? null);
}

/** Sigma services of a known channel. */
export function servicesOf(channel: string): readonly string[] {
  return SERVICES_BY_CHANNEL.get(channel) ?? [];
}
