import type { Event } from '../model/event.js';
import { classify } from './classify.js';
import { PROCESS, START } from './ecs.js';
import { standsAt } from './text.js';

const RAN = ' ran command ';
const AS = ' as ';
const FROM = ' from /';

/**
 * `USER ran command COMMAND as TARGET from DIRECTORY`. Command and directory are the user's text: what may stand between them
 * is looked for everywhere, and where it stands twice nobody can say which is real. But root is not hidden by naming another beside it.
 */
export function readDoas(event: Event, message: string): boolean {
  const verb = event['process.name'] === 'doas' ? message.indexOf(' ') : -1;
  if (verb < 1 || !standsAt(message, RAN, verb)) return false;
  classify(event, PROCESS, START, 'doas', 'success');
  event['user.name'] = message.slice(0, verb);
  const command = verb + RAN.length;
  const at = frameStart(message, command);
  if (at < 0) return true;
  if (frameStart(message, at + 1) >= 0) {
    if (message.includes(`${AS}root${FROM}`, command)) event['user.target.name'] = 'root';
    return true;
  }
  const end = message.indexOf(FROM, at);
  event['process.command_line'] = message.slice(command, at);
  event['user.target.name'] = message.slice(at + AS.length, end);
  event['process.working_directory'] = message.slice(end + FROM.length - 1);
  return true;
}

/** Index of ` as NAME from /`, whose name is one word; -1 = none. */
function frameStart(message: string, from: number): number {
  for (let at = message.indexOf(AS, from); at >= 0; at = message.indexOf(AS, at + 1)) {
    const end = message.indexOf(' ', at + AS.length);
    if (end > at + AS.length && message.startsWith(FROM, end)) return at;
  }
  return -1;
}
