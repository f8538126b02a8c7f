import type { Outcome } from '../model/event.js';
import { closedLogsource } from '../model/logsource.js';
import { AUTHENTICATION, START } from './ecs.js';
import type { Normalizer } from './normalizer.js';
import { readPam } from './pam.js';
import { type Sentence, sentenceReader } from './sentences.js';

const LOGSOURCE = closedLogsource({ product: 'linux', services: ['su', 'auth', 'syslog'] });

/** shadow, util-linux, RFC 3164's own example, old shadow, BSD. */
const readChange = sentenceReader([
  become('Successful su for {user.target.name} by {user.name}', 'success'),
  become('FAILED su for {user.target.name} by {user.name}', 'failure'),
  become('FAILED SU (to {user.target.name}) {user.name} on {process.tty.name}', 'failure'),
  become('(to {user.target.name}) {user.name} on {process.tty.name}', 'success'),
  become("'su {user.target.name}' failed for {user.name} on {process.tty.name}", 'failure'),
  become("'su {user.target.name}' succeeded for {user.name} on {process.tty.name}", 'success'),
  become('+ {process.tty.name} {user.name}:{user.target.name}', 'success'),
  become('- {process.tty.name} {user.name}:{user.target.name}', 'failure'),
  become("No passwd entry for user '{user.target.name}'", 'failure'),
  become('BAD SU {user.name} to {user.target.name} on {process.tty.name}', 'failure'),
  become('{user.name} to {user.target.name} on {process.tty.name}', 'success'),
]);

export const su: Normalizer = {
  name: 'su',
  summary: 'su: change of user, granted and refused',
  programs: ['su', 'su-l', 'runuser'],
  normalize(event) {
    event.logsource = LOGSOURCE;
    if (!readPam(event, event.message) && readChange(event, event.message) === null) {
      event['event.category'] = AUTHENTICATION;
    }
    return true;
  },
};

function become(text: string, outcome: Outcome): Sentence {
  return { text, category: AUTHENTICATION, type: START, action: 'su', outcome };
}
