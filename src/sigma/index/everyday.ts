import type { Sight } from './groups.js';

/**
 * Whether healthy machines show it all day: to wait for it is to wait for nearly nothing, however long it is. Nothing but
 * speed depends on it.
 */
export function isEveryday(sight: Sight): boolean {
  if (sight.kind === 'number') return NUMBERS.has(Number(sight.value));
  return sight.kind === 'text' && sight.text.length <= LONGEST && PARTS.has(sight.text);
}

/** Folded. Parents and folders of most processes, the endings of most files, methods of most requests, shells, users. */
export const EVERYDAY_TEXTS: readonly string[] = [
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

const LONGEST = Math.max(...EVERYDAY_TEXTS.map(({ length }) => length));
const PARTS: ReadonlySet<string> = new Set(EVERYDAY_TEXTS.flatMap(partsOf));

function partsOf(text: string): string[] {
  const parts: string[] = [];
  for (let from = 0; from < text.length; from++)
    for (let to = from + 1; to <= text.length; to++) parts.push(text.slice(from, to));
  return parts;
}

/** Status of a served request, ports of the web and of name servers, "yes", "no". */
const NUMBERS: ReadonlySet<number> = new Set([0, 1, 53, 80, 200, 443]);
