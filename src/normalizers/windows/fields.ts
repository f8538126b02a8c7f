import type { Event } from '../../model/event.js';
import { type Json, type JsonObject, ownField } from '../../model/json.js';
import { textField } from '../values.js';

/** Sets `process.*` from a path and the names that go with it. */
export function setProcess(event: Event, path: string | null): void {
  if (path === null) return;
  event['process.executable'] = path;
  event['process.name'] = baseName(path);
}

export function setParent(event: Event, path: string | null): void {
  if (path === null) return;
  event['process.parent.executable'] = path;
  event['process.parent.name'] = baseName(path);
}

export function setFile(event: Event, path: string | null): void {
  if (path === null) return;
  event['file.path'] = path;
  event['file.name'] = baseName(path);
}

/** Part after the last backslash or slash. Read by hand: `lastIndexOf` takes as long as all else that is done with a path. */
export function baseName(path: string): string {
  for (let i = path.length - 1; i >= 0; i--) {
    const code = path.charCodeAt(i);
    if (code === BACKSLASH || code === SLASH) return path.slice(i + 1);
  }
  return path;
}

const SLASH = 47;
const BACKSLASH = 92;

/** `user.name` stays as written, `DOMAIN\name` included: rules and people search for it so. */
export function setQualifiedUser(event: Event, user: string | null): void {
  if (user === null) return;
  event['user.name'] = user;
  const slash = user.indexOf('\\');
  if (slash > 0) event['user.domain'] = user.slice(0, slash);
}

/** A process id: a number, decimal text, or hexadecimal text as the Security log has it (`0x1a4`). */
export function processId(fields: JsonObject, name: string): number | null {
  return toProcessId(ownField(fields, name));
}

function toProcessId(value: Json | undefined): number | null {
  const id = typeof value === 'string' && value !== '' && value.length <= 18 ? Number(value) : value;
  return typeof id === 'number' && Number.isSafeInteger(id) && id >= 0 ? id : null;
}

/** A SID that names somebody: neither absent nor the null SID. */
export function sidField(fields: JsonObject, name: string): string | null {
  const sid = textField(fields, name);
  return sid === 'S-1-0-0' ? null : sid;
}
