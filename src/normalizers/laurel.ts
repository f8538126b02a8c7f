import type { Event } from '../model/event.js';
import { isObject, type Json, type JsonObject, ownField } from '../model/json.js';
import { closedLogsource } from '../model/logsource.js';
import { classify } from './classify.js';
import { FILE, INFO, PROCESS, START } from './ecs.js';
import { readEpoch, setEventTime } from './event-time.js';
import { lift, liftAll } from './lift.js';
import type { Normalizer } from './normalizer.js';
import { countField, objectField, textField } from './values.js';

const LOGSOURCE = auditLogsource();
const CREATION = auditLogsource('process_creation');
const FILE_EVENT = auditLogsource('file_event');

const ID = /^(\d{9,11}\.\d{3}):\d+$/;
const RECORD = /^[A-Z][A-Z0-9_]{1,31}$/;
const MAX_ARGUMENTS = 512;

/**
 * LAUREL, a plug-in of auditd: all records of an audit event as one object, by their types. Rules for `service: auditd` name the members
 * of records, and see each type that is there; those for generic categories find the process with its command line and parent.
 */
export const laurel: Normalizer = {
  name: 'laurel',
  summary:
    'Linux audit events as LAUREL joins their records: commands with their parents, files, system calls',
  formats: ['json'],
  normalize(event) {
    const fields = event.record.fields;
    const id = fields === null ? null : textField(fields, 'ID');
    const stamp = id === null ? null : ID.exec(id);
    if (fields === null || !stamp) return false;
    const types = Object.keys(fields).filter((name) => RECORD.test(name) && typeof fields[name] === 'object');
    if (types.length === 0) return false;
    setEventTime(event, readEpoch(stamp[1]!));
    const node = textField(fields, 'NODE');
    if (node !== null) event['host.name'] = node;
    const words = argumentsOf(fields);
    liftRecords(fields, types, words);
    setLogsource(event, fields);
    setProcess(event, fields, words);
    return true;
  },
};

function setLogsource(event: Event, fields: JsonObject): void {
  const created = createdPath(fields);
  if (Object.hasOwn(fields, 'EXECVE')) {
    event.logsource = CREATION;
    classify(event, PROCESS, START, 'process_started', outcomeOf(fields));
  } else if (created !== null) {
    event.logsource = FILE_EVENT;
    classify(event, FILE, INFO, 'path', outcomeOf(fields));
    event['file.path'] = created;
  } else {
    event.logsource = LOGSOURCE;
    classify(event, PROCESS, INFO, 'syscall', outcomeOf(fields));
  }
}

function setProcess(event: Event, fields: JsonObject, words: readonly string[]): void {
  event['process.executable'] = textField(fields, 'exe');
  event['process.name'] = textField(fields, 'comm');
  event['process.pid'] = countField(fields, 'pid');
  event['process.parent.pid'] = countField(fields, 'ppid');
  event['process.working_directory'] = textField(fields, 'cwd');
  if (words.length > 0) event['process.command_line'] = words.join(' ');
  setUser(event, fields);
  const syscall = objectField(fields, 'SYSCALL');
  const parent =
    objectField(fields, 'PARENT_INFO') ?? (syscall === null ? null : objectField(syscall, 'PPID'));
  if (parent === null) return;
  event['process.parent.executable'] = textField(parent, 'exe');
  event['process.parent.name'] = textField(parent, 'comm');
  const parentWords = wordsOf(parent);
  if (parentWords.length > 0) event['process.parent.command_line'] = parentWords.join(' ');
}

/** Who logged in, as of a record of auditd; whose rights the process has is what Sigma calls `User`. */
function setUser(event: Event, fields: JsonObject): void {
  const user = textField(fields, 'UID');
  if (user !== null) lift(fields, 'User', user);
  const login = textField(fields, 'AUID');
  const isLogin = login !== null && login !== 'unset';
  event['user.name'] = textField(fields, 'acct') ?? (isLogin ? login : user);
  event['user.id'] = textField(fields, isLogin ? 'auid' : 'uid');
}

/** The members of all records, flat, and of PATH, of which there are several, lists. */
function liftRecords(fields: JsonObject, types: readonly string[], words: readonly string[]): void {
  lift(fields, 'type', [...types]);
  for (const [i, word] of words.entries()) lift(fields, `a${i}`, word);
  const syscall = objectField(fields, 'SYSCALL');
  if (syscall !== null && words.length === 0) liftNumbers(fields, ownField(syscall, 'ARGV'));
  for (const type of types) {
    if (type === 'PARENT_INFO' || type === 'PROCTITLE') continue;
    const records = listOf(fields[type]);
    if (type === 'PATH') {
      for (const name of ['name', 'nametype'])
        lift(
          fields,
          name,
          records.map((record) => textField(record, name)).filter((text) => text !== null),
        );
    } else for (const { ARGV: _, ...record } of records) liftAll(fields, record);
  }
}

/** As audit.log has them: hexadecimal without `0x`. */
function liftNumbers(fields: JsonObject, numbers: Json | undefined): void {
  if (!Array.isArray(numbers)) return;
  for (const [i, number] of numbers.slice(0, 4).entries())
    if (typeof number === 'string') lift(fields, `a${i}`, number.replace(/^0x/, ''));
}

function argumentsOf(fields: JsonObject): string[] {
  const execve = objectField(fields, 'EXECVE');
  return execve === null ? [] : wordsOf(execve);
}

/** A list, or one text by LAUREL's configuration. */
function wordsOf(record: JsonObject): string[] {
  const list = ownField(record, 'ARGV');
  if (Array.isArray(list))
    return list.slice(0, MAX_ARGUMENTS).map((word) => (typeof word === 'string' ? word : ''));
  return textField(record, 'ARGV_STR')?.split(' ', MAX_ARGUMENTS) ?? [];
}

function createdPath(fields: JsonObject): string | null {
  const path = listOf(ownField(fields, 'PATH')).find((record) => record.nametype === 'CREATE');
  const name = path === undefined ? null : textField(path, 'name');
  const cwd = objectField(fields, 'CWD');
  const folder = cwd === null ? null : textField(cwd, 'cwd');
  return name === null || name.startsWith('/') || folder === null ? name : `${folder}/${name}`;
}

function outcomeOf(fields: JsonObject): 'success' | 'failure' | null {
  const success = textField(fields, 'success') ?? textField(fields, 'res');
  if (success === 'yes' || success === 'success' || success === '1') return 'success';
  return success === 'no' || success === 'failed' || success === '0' ? 'failure' : null;
}

function listOf(value: Json | undefined): JsonObject[] {
  return (Array.isArray(value) ? value : [value]).filter(isObject);
}

function auditLogsource(...categories: string[]): ReturnType<typeof closedLogsource> {
  return closedLogsource({ product: 'linux', categories, services: ['auditd'] });
}
