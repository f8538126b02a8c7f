import { closedLogsource, type Logsource } from '../../model/logsource.js';

interface Rule {
  readonly vendor: string;
  /** Start of the product's name, lower case; empty = any product of the vendor. */
  readonly product: string;
  /** Start of the event's category, lower case; empty = any. */
  readonly category: string;
  readonly logsources: Readonly<Record<HeaderFormat, Logsource>>;
}

/** Also a Sigma category of its own, so that rules can ask for what every header has. */
type HeaderFormat = 'cef' | 'leef';

/** CEF and LEEF header → logsource, the more particular first; lower case throughout. */
const RULES: readonly Rule[] = [
  rule('cisco', 'asa', '', 'cisco', ['firewall'], ['asa']),
  rule('cisco', 'firepower', '', 'cisco', ['firewall'], ['asa']),
  rule('fortinet', 'fortigate', 'traffic', 'fortigate', ['firewall'], ['traffic']),
  rule('fortinet', 'fortigate', 'event', 'fortigate', [], ['event']),
  rule('fortinet', 'fortigate', 'utm:webfilter', 'fortigate', ['proxy'], ['utm', 'webfilter']),
  rule('fortinet', 'fortigate', 'utm:virus', 'fortigate', ['antivirus'], ['utm', 'virus']),
  rule('fortinet', 'fortigate', 'utm:dns', 'fortigate', ['dns'], ['utm', 'dns']),
  rule('fortinet', 'fortigate', '', 'fortigate', [], ['utm']),
  rule('palo alto networks', 'pan-os', 'traffic', 'paloalto', ['firewall'], ['traffic']),
  rule('palo alto networks', 'pan-os', 'threat', 'paloalto', ['firewall', 'ids', 'proxy'], ['threat']),
  rule('palo alto networks', 'pan-os', 'globalprotect', 'paloalto', ['appliance'], ['globalprotect']),
  rule('palo alto networks', '', '', 'paloalto', [], []),
  rule('check point', '', '', 'checkpoint', ['firewall'], []),
  rule('juniper', '', '', 'juniper', ['firewall'], ['srx']),
  rule('sonicwall', '', '', 'sonicwall', ['firewall'], []),
  rule('sophos', '', '', 'sophos', ['firewall'], []),
  rule('f5', '', '', 'f5', ['firewall'], []),
  rule('imperva', '', '', 'imperva', ['webserver'], ['waf']),
  rule('incapsula', '', '', 'imperva', ['webserver'], ['waf']),
  rule('zscaler', 'nssfwlog', '', 'zscaler', ['firewall'], []),
  rule('zscaler', '', '', 'zscaler', ['proxy'], []),
  rule('forcepoint', '', '', 'forcepoint', ['proxy'], []),
  rule('trend micro', '', '', 'trendmicro', ['antivirus'], []),
  rule('mcafee', '', '', 'mcafee', ['antivirus'], []),
  rule('symantec', '', '', 'symantec', ['antivirus'], []),
  rule('kaspersky', '', '', 'kaspersky', ['antivirus'], []),
  rule('vmware carbon black', '', '', 'carbonblack', ['edr'], []),
  rule('crowdstrike', '', '', 'crowdstrike', ['edr'], []),
];

/** Header parts longer than this name no product of the table. */
const MAX_NAME = 64;

/**
 * The closed logsource of what a CEF or LEEF header names; null for a product that is not in the table. `category`
 * is CEF's `cat`, else the event's name.
 */
export function productLogsource(
  format: HeaderFormat,
  vendor: string | null,
  product: string | null,
  category: string | null,
): Logsource | null {
  const maker = lower(vendor);
  if (maker === '') return null;
  const model = lower(product);
  const kind = lower(category);
  for (const candidate of RULES) {
    if (
      maker.startsWith(candidate.vendor) &&
      model.startsWith(candidate.product) &&
      kind.startsWith(candidate.category)
    ) {
      return candidate.logsources[format];
    }
  }
  return null;
}

function lower(text: string | null): string {
  return text === null ? '' : text.slice(0, MAX_NAME).trim().toLowerCase();
}

function rule(
  vendor: string,
  product: string,
  category: string,
  sigmaProduct: string,
  categories: readonly string[],
  services: readonly string[],
): Rule {
  const of = (format: HeaderFormat): Logsource =>
    closedLogsource({ product: sigmaProduct, categories: [...categories, format], services });
  return { vendor, product, category, logsources: { cef: of('cef'), leef: of('leef') } };
}
