import { codeAt } from '../model/code-at.js';
import type { Event } from '../model/event.js';
import { closedLogsource, type Logsource, withLogins } from '../model/logsource.js';
import {
  readBuilt,
  readBuiltIcmp,
  readTeardown,
  readTeardownIcmp,
  readTranslation,
} from './cisco/asa-connections.js';
import {
  readAccessGroup,
  readAccessList,
  readDenied,
  readIcmpDenied,
  readPermitted,
  readShunned,
  readSignature,
  readThreat,
} from './cisco/asa-denials.js';
import {
  readBotnet,
  readBypass,
  readFtp,
  readIkev2,
  readLocalHost,
  readModuleDrop,
  readRate,
  readRefusedFlow,
  readSentence,
  readTls,
} from './cisco/asa-others.js';
import {
  readAaa,
  readCommand,
  readEnable,
  readIpsec,
  readLocalUser,
  readLogin,
  readPrivilegeChange,
  readProxyLogin,
  readSshEnd,
  readUname,
  readUrl,
  readUserLogout,
  readVpn,
  readVpnEnd,
  readVpnNotice,
} from './cisco/asa-users.js';
import { readFtdEvent } from './cisco/ftd-event.js';
import type { Normalizer } from './normalizer.js';
import { isDigit, skipBlanks } from './text.js';

const FIREWALL = closedLogsource({ product: 'cisco', categories: ['firewall'], services: ['asa'] });
const AAA = closedLogsource({ product: 'cisco', services: ['aaa', 'accounting', 'asa'] });
const LOGIN = withLogins(AAA);
const ASA = closedLogsource({ product: 'cisco', services: ['asa'] });

interface Message {
  readonly read: (event: Event, text: string) => void;
  readonly logsource: Logsource;
}

/** Cisco Secure Firewall ASA Series Syslog Messages: message number → reader. */
const MESSAGES: ReadonlyMap<string, Message> = new Map([
  ...entries(FIREWALL, readBuilt, '302013 302015 302022 302024 302026 302035'),
  ...entries(FIREWALL, readBypass, '302303 302304'),
  ...entries(FIREWALL, readTeardown, '302014 302016 302023 302025 302027 302036'),
  ...entries(FIREWALL, readBuiltIcmp, '302020'),
  ...entries(FIREWALL, readTeardownIcmp, '302021'),
  ...entries(FIREWALL, readTranslation, '305011 305012'),
  ...entries(FIREWALL, readAccessGroup, '106010 106011 106014 106023 305005 305006 305013 313005'),
  ...entries(FIREWALL, readAccessList, '106100 106102 106103'),
  ...entries(
    FIREWALL,
    readDenied,
    '106001 106006 106007 106012 106015 106016 106017 106020 106021 106022 419002 500004 710003 710005 710006',
  ),
  ...entries(FIREWALL, readIcmpDenied, '313001 313008'),
  ...entries(FIREWALL, readSentence, '106002 106018 313004'),
  ...entries(FIREWALL, readModuleDrop, '434002 434003 434004'),
  ...entries(FIREWALL, readRefusedFlow, '507003 402116 402117 402118 402119'),
  ...entries(FIREWALL, readRate, '733100'),
  ...entries(FIREWALL, readShunned, '401004'),
  ...entries(FIREWALL, readSignature, numbers(400000, 400051)),
  ...entries(FIREWALL, readThreat, '733101 733102 733103'),
  ...entries(FIREWALL, readPermitted, '710001 710002'),
  ...entries(FIREWALL, readUrl, '304001 304002'),
  ...entries(FIREWALL, readFtdEvent, '430001 430002 430003 430004 430005'),
  ...entries(LOGIN, readAaa, '113004 113005 113006 113008 113009 113012 113013 113014 113015 113016 113017'),
  ...entries(LOGIN, readVpn, '113039 716001 716002 716038 716039 722022 722023 722051 722055'),
  ...entries(AAA, readVpnEnd, '113019'),
  ...entries(AAA, readVpnNotice, '722011 722012 722028 722032 722033 722034 722037 722041 722053'),
  ...entries(
    LOGIN,
    readIpsec,
    '713049 713050 713119 713120 713167 713194 713198 713259 713903 713904 713905',
  ),
  ...entries(AAA, readSshEnd, '315011'),
  ...entries(LOGIN, readEnable, '308001'),
  ...entries(AAA, readLocalUser, '502101 502102'),
  ...entries(LOGIN, readLogin, '605004 605005'),
  ...entries(LOGIN, readProxyLogin, '109005 109006 109007 109008'),
  ...entries(LOGIN, readUname, '611101 611102'),
  ...entries(AAA, readUserLogout, '611103'),
  ...entries(AAA, readPrivilegeChange, '502103'),
  ...entries(AAA, readCommand, '111008 111009 111010'),
  ...entries(LOGIN, readIkev2, numbers(750001, 750015)),
  ...entries(LOGIN, readIkev2, numbers(751001, 751028)),
  ...entries(ASA, readSentence, '405001 405002 606001 606002 606003 606004 734001'),
  ...entries(ASA, readFtp, '303002'),
  ...entries(ASA, readTls, '725001 725002 725003 725006 725007'),
  ...entries(ASA, readLocalHost, '609001 609002'),
  ...entries(ASA, readBotnet, numbers(338001, 338008)),
]);

export const ciscoAsa: Normalizer = {
  name: 'cisco-asa',
  summary: 'Cisco ASA, Firepower (FTD) and PIX firewalls, by message number',
  programs: ['%asa-*', '%ftd-*', '%pix-*', 'sfims'],
  formats: ['plain', 'rfc3164', 'json'],
  initials: '%',
  normalize(event) {
    const app = event.record.app;
    // SFIMS, of the management center, puts its name before the tag.
    if (app !== null && app !== 'SFIMS') return readTagged(event, app, app.length, event.message);
    const text = event.message;
    if (codeAt(text, 0) !== 0x25) return false;
    const end = tagEnd(text);
    return readTagged(
      event,
      text,
      end,
      text.slice(skipBlanks(text, codeAt(text, end) === 0x3a ? end + 1 : end)),
    );
  },
};

/** Index after `%ASA-6-302013` at the start of a text. */
function tagEnd(text: string): number {
  let end = 1;
  while (end < 32 && end < text.length) {
    const code = codeAt(text, end);
    if (code === 0x3a || code === 0x20) break;
    end++;
  }
  return end;
}

/** `%ASA-6-302013`, `%ASA-session-6-302013`: product, then at the end the six-digit number. */
function readTagged(event: Event, tag: string, end: number, text: string): boolean {
  if (codeAt(tag, 0) !== 0x25) return false;
  if (!(tag.startsWith('%ASA-') || tag.startsWith('%FTD-') || tag.startsWith('%PIX-'))) return false;
  if (end < 13 || codeAt(tag, end - 7) !== 0x2d || !isDigit(codeAt(tag, end - 6))) return false;
  const number = tag.slice(end - 6, end);
  event['process.name'] = tag.slice(0, 4);
  event['event.code'] = number;
  const message = MESSAGES.get(number);
  event.logsource = message?.logsource ?? ASA;
  message?.read(event, text);
  return true;
}

function numbers(first: number, last: number): string {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i).join(' ');
}

function entries(logsource: Logsource, read: Message['read'], numbers: string): [string, Message][] {
  return numbers.split(' ').map((number) => [number, { read, logsource }]);
}
