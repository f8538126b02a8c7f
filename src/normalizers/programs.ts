import { codeAt } from '../model/code-at.js';
import type { Normalizer } from './normalizer.js';
import { NORMALIZERS } from './registry.js';

/** What a syslog APP-NAME or TAG stands for. */
export interface Program {
  /** `process.name`: the tag without directories, `[pid]` and `(module)`. */
  readonly name: string;
  readonly normalizers: readonly Normalizer[];
}

/** Tags are the sender's choice: past this many spellings they are worked out each time. */
const MAX_REMEMBERED = 4096;
const MAX_REMEMBERED_LENGTH = 64;

const NONE: readonly Normalizer[] = [];
const remembered = new Map<string, Program & { readonly tag: string }>();

/** Of the remembered, the one met last in each slot: to compare short texts is quicker than to hash a fresh one. */
const recent: (Program & { readonly tag: string })[] = [];
const RECENT = 256;

function recentSlot(tag: string): number {
  const last = tag.length - 1;
  return (codeAt(tag, 0) * 31 + codeAt(tag, last) * 7 + codeAt(tag, last >> 1) + last) & (RECENT - 1);
}

/** The program behind a tag, e.g. `/usr/sbin/cron`, `su(pam_unix)`, `postfix/submission/smtpd`, `CROND[12]`. */
export function findProgram(tag: string): Program {
  const slot = recentSlot(tag);
  const last = recent[slot];
  if (last !== undefined && last.tag === tag) return last;
  const known = remembered.get(tag);
  if (known !== undefined) {
    recent[slot] = known;
    return known;
  }
  const name = programName(tag);
  const program = { name, normalizers: claimants(name.toLowerCase()) };
  if (remembered.size < MAX_REMEMBERED && tag.length <= MAX_REMEMBERED_LENGTH) {
    // A slice would keep the whole chunk alive.
    const kept = Buffer.from(tag).toString();
    remembered.set(kept, { ...program, tag: kept, name: Buffer.from(name).toString() });
  }
  return program;
}

function programName(tag: string): string {
  let end = tag.length;
  const bracket = tag.indexOf('[');
  if (bracket > 0) end = bracket;
  const paren = tag.indexOf('(');
  if (paren > 0 && paren < end) end = paren;
  // gdm and others: `gdm-password][8]:`.
  if (bracket < 0 && codeAt(tag, end - 1) === 0x5d) end--;
  const start = codeAt(tag, 0) === 0x2f ? tag.lastIndexOf('/', end - 1) + 1 : 0;
  return start < end ? tag.slice(start, end) : tag;
}

/** Claimed by the full name, else by a prefix (`ovpn-*`), else by the part before a slash (`postfix/smtpd`). */
function claimants(name: string): readonly Normalizer[] {
  const exact = BY_PROGRAM.get(name);
  if (exact !== undefined) return exact;
  const prefixed = BY_PREFIX.filter(([prefix]) => name.startsWith(prefix)).map(
    ([, normalizer]) => normalizer,
  );
  if (prefixed.length > 0) return prefixed;
  const slash = name.indexOf('/');
  return (slash > 0 ? BY_PROGRAM.get(name.slice(0, slash)) : undefined) ?? NONE;
}

const BY_PROGRAM = new Map<string, Normalizer[]>();
const BY_PREFIX: [string, Normalizer][] = [];

for (const normalizer of NORMALIZERS) {
  for (const program of normalizer.programs ?? []) {
    if (program.endsWith('*')) {
      BY_PREFIX.push([program.slice(0, -1), normalizer]);
      continue;
    }
    const group = BY_PROGRAM.get(program);
    if (group === undefined) BY_PROGRAM.set(program, [normalizer]);
    else group.push(normalizer);
  }
}
