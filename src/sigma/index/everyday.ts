import type { Sight } from './groups.js';

/**
 * Whether healthy machines show it all day: to wait for it is to wait for nearly nothing, however long it is. Nothing but
 * speed depends on it.
 */
export function isEveryday(sight: Sight): boolean {
  if (sight.kind === 'number') return NUMBERS.has(Number(sight.value));
  return sight.kind === 'text' && TEXTS.some((text) => text.includes(sight.text));
}

/** Folded. Parents and folders of most processes, the endings of most files, methods of most requests, shells, users. */
const TEXTS = [
  'c:\\windows\\system32\\svchost.exe',
  'c:\\windows\\system32\\services.exe',
  'c:\\windows\\system32\\cmd.exe',
  'c:\\windows\\syswow64\\',
  'c:\\windows\\explorer.exe',
  'c:\\program files\\',
  'c:\\program files (x86)\\',
  'c:\\programdata\\',
  'c:\\users\\',
  '\\appdata\\local\\',
  '.exe"',
  '.dll',
  'nt authority\\system',
  '/usr/bin/',
  '/usr/sbin/',
  '/bin/sh',
  '/bin/bash',
  '/home/',
  'root',
  'http/1.1',
  'https://',
  'get',
  'post',
];

/** Status of a served request, ports of the web and of name servers, "yes", "no". */
const NUMBERS: ReadonlySet<number> = new Set([0, 1, 53, 80, 200, 443]);
