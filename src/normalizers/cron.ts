import type { Outcome } from '../model/event.js';
import { closedLogsource } from '../model/logsource.js';
import { AUTHENTICATION, CHANGE, CONFIGURATION, DENIED, END, INFO, PROCESS, START } from './ecs.js';
import type { Normalizer } from './normalizer.js';
import { readPam } from './pam.js';
import { type Sentence, sentenceReader } from './sentences.js';

const LOGSOURCE = closedLogsource({ product: 'linux', services: ['cron', 'syslog'] });

/** Vixie cron, cronie, anacron and crontab(1): `(user) VERB (detail)`. */
const readVerb = sentenceReader([
  job('({user.name}) CMD ({process.command_line})', START, 'cron_job'),
  job('({user.name}) CMDEND ({process.command_line})', END, 'cron_job_end'),
  job('({user.name}) CMDOUT ({*})', INFO, 'cron_job_output'),
  // busybox and at.
  job('USER {user.name} pid {*} cmd {process.command_line}', START, 'cron_job'),
  job("Starting job {*} for user '{user.name}' ({user.id})", START, 'at_job'),
  table('({user.name}) REPLACE ({user.target.name})', CHANGE, 'crontab_replace'),
  table('({user.name}) DELETE ({user.target.name})', CHANGE, 'crontab_delete'),
  table('({user.name}) BEGIN EDIT ({user.target.name})', INFO, 'crontab_begin_edit'),
  table('({user.name}) END EDIT ({user.target.name})', INFO, 'crontab_end_edit'),
  table('({user.name}) LIST ({user.target.name})', INFO, 'crontab_list'),
  table('({user.name}) RELOAD ({file.path})', INFO, 'crontab_reload'),
  table('({user.name}) AUTH ({event.reason})', DENIED, 'crontab_denied', 'failure'),
  refused('({user.name}) FAILED to authorize user with PAM ({event.reason})'),
  refused('({user.name}) PAM ERROR ({event.reason})'),
  refused('({user.name}) ORPHAN ({event.reason})'),
  refused('({user.name}) FAILED to open PAM security session ({event.reason})'),
]);

export const cron: Normalizer = {
  name: 'cron',
  summary: 'cron: jobs run, crontabs edited',
  programs: ['cron', 'crond', 'crontab', 'anacron', 'atd', 'fcron'],
  normalize(event) {
    event.logsource = LOGSOURCE;
    if (!readPam(event, event.message)) readVerb(event, event.message);
    // The crontab's own indentation: `CMD (   cd / && run-parts …)`.
    event['process.command_line'] = event['process.command_line']?.trimStart() ?? null;
    return true;
  },
};

/** The job does not run: PAM does not let the user in. */
function refused(text: string): Sentence {
  return { text, category: AUTHENTICATION, type: START, action: 'cron_denied', outcome: 'failure' };
}

function job(text: string, type: readonly string[], action: string): Sentence {
  return { text, category: PROCESS, type, action, outcome: null };
}

function table(
  text: string,
  type: readonly string[],
  action: string,
  outcome: Outcome = 'success',
): Sentence {
  return { text, category: CONFIGURATION, type, action, outcome };
}
