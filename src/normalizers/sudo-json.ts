import type { Event, Outcome } from '../model/event.js';
import { isObject, type JsonObject, ownField } from '../model/json.js';
import { classify } from './classify.js';
import { AUTHENTICATION, END, PROCESS, START } from './ecs.js';
import { objectField, textField, toText } from './values.js';

const AUTHENTICATION_PROCESS = Object.freeze([...AUTHENTICATION, ...PROCESS]);

/** What sudo says of a command → what came of it; an alert is about sudo's own trouble. */
const KINDS: readonly (readonly [string, Outcome | null])[] = [
  ['accept', 'success'],
  ['reject', 'failure'],
  ['alert', null],
  ['exit', null],
];

/** sudo 1.9 with `log_format=json`: `@cee:{"sudo":{"accept":{"submituser":…,"command":…,"runuser":…,"runargv":[…]}}}`. */
export function readSudoJson(event: Event, fields: JsonObject): boolean {
  const sudo = objectField(fields, 'sudo');
  if (sudo === null) return false;
  for (const [kind, outcome] of KINDS) {
    const entry = objectField(sudo, kind);
    if (entry === null) continue;
    classify(event, AUTHENTICATION_PROCESS, kind === 'exit' ? END : START, 'sudo', outcome);
    readEntry(event, entry);
    return true;
  }
  return false;
}

function readEntry(event: Event, entry: JsonObject): void {
  event['user.name'] = textField(entry, 'submituser');
  event['user.target.name'] = textField(entry, 'runuser');
  event['group.name'] = textField(entry, 'rungroup');
  event['event.reason'] = textField(entry, 'reason');
  event['process.working_directory'] = textField(entry, 'runcwd') ?? textField(entry, 'submitcwd');
  const tty = textField(entry, 'ttyname');
  event['process.tty.name'] = tty?.startsWith('/dev/') === true ? tty.slice(5) : tty;
  const command = textField(entry, 'command');
  if (command === null) return;
  event['process.executable'] = command;
  event['process.command_line'] = [command, ...argumentsOf(entry)].join(' ');
}

/** The first of `runargv` is the command's name. */
function argumentsOf(entry: JsonObject): string[] {
  const args = ownField(entry, 'runargv');
  if (!Array.isArray(args)) return [];
  return args.slice(1).map((one) => (isObject(one) ? '' : (toText(one) ?? '')));
}
