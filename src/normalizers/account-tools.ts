import type { Outcome } from '../model/event.js';
import { closedLogsource } from '../model/logsource.js';
import {
  GROUP_CHANGE,
  GROUP_CREATION,
  GROUP_DELETION,
  IAM,
  USER_CHANGE,
  USER_CREATION,
  USER_DELETION,
} from './ecs.js';
import type { Normalizer } from './normalizer.js';
import { readPam } from './pam.js';
import { type Sentence, sentenceReader } from './sentences.js';

const LOGSOURCE = closedLogsource({ product: 'linux', services: ['auth', 'syslog'] });

const TARGET = '{user.target.name}';
const GROUP = '{group.name}';

/** shadow-utils (src/*.c, the SYSLOG calls); before 4.1 its quotes opened with a backtick. */
const readChange = sentenceReader([
  iam(`new user: name=${TARGET}, UID={user.id}, GID={group.id}, {*}`, USER_CREATION, 'user_added'),
  iam(`new user: name=${TARGET}, uid={user.id}, gid={group.id}, {*}`, USER_CREATION, 'user_added'),
  iam(`new account: account=${TARGET}, uid={user.id}, gid={group.id}, {*}`, USER_CREATION, 'user_added'),
  iam(
    `new account added - account=${TARGET}, uid={user.id}, gid={group.id}, {*}`,
    USER_CREATION,
    'user_added',
  ),
  iam(`failed adding user '${TARGET}', {event.reason}`, USER_CREATION, 'user_added', 'failure'),
  iam(`new group: name=${GROUP}, GID={group.id}`, GROUP_CREATION, 'group_added'),
  iam(`new group: name=${GROUP}, gid={group.id}`, GROUP_CREATION, 'group_added'),
  iam(`group added to {file.path}: name=${GROUP}, GID={group.id}`, GROUP_CREATION, 'group_added'),
  iam(`group added to {file.path}: name=${GROUP}`, GROUP_CREATION, 'group_added'),
  iam(`delete user '${TARGET}'`, USER_DELETION, 'user_deleted'),
  iam(`add '${TARGET}' to group '${GROUP}'`, GROUP_CHANGE, 'user_added_to_group'),
  iam(`add '${TARGET}' to shadow group '${GROUP}'`, GROUP_CHANGE, 'user_added_to_group'),
  iam(`delete '${TARGET}' from group '${GROUP}'`, GROUP_CHANGE, 'user_removed_from_group'),
  iam(`delete '${TARGET}' from shadow group '${GROUP}'`, GROUP_CHANGE, 'user_removed_from_group'),
  iam(`user ${TARGET} added by {user.name} to group ${GROUP}`, GROUP_CHANGE, 'user_added_to_group'),
  iam(`user ${TARGET} removed by {user.name} from group ${GROUP}`, GROUP_CHANGE, 'user_removed_from_group'),
  iam(`members of group ${GROUP} set by {user.name} to {members}`, GROUP_CHANGE, 'group_members_set'),
  iam(`administrators of group ${GROUP} set by {user.name} to {members}`, GROUP_CHANGE, 'group_admins_set'),
  iam(`password of group ${GROUP} changed by {user.name}`, GROUP_CHANGE, 'group_password_changed'),
  iam(`password of group ${GROUP} removed by {user.name}`, GROUP_CHANGE, 'group_password_removed'),
  iam(`removed group '${GROUP}' owned by '{*}'`, GROUP_DELETION, 'group_deleted'),
  iam(`removed shadow group '${GROUP}' owned by '{*}'`, GROUP_DELETION, 'group_deleted'),
  iam(`group '${GROUP}' removed{*}`, GROUP_DELETION, 'group_deleted'),
  iam(
    `group changed in {file.path} (group ${GROUP}/{group.id}, {event.reason})`,
    GROUP_CHANGE,
    'group_changed',
  ),
  iam(`change user name '{old_name}' to '${TARGET}'`, USER_CHANGE, 'user_renamed'),
  iam(`lock user '${TARGET}' password`, USER_CHANGE, 'user_locked'),
  iam(`unlock user '${TARGET}' password`, USER_CHANGE, 'user_unlocked'),
  iam(`change user '${TARGET}' password`, USER_CHANGE, 'password_changed'),
  iam(`change user '${TARGET}' {changed} from '{old_value}' to '{new_value}'`, USER_CHANGE, 'user_changed'),
  iam(`changed user '${TARGET}' shell to '{new_value}'`, USER_CHANGE, 'user_changed'),
  iam(`changed user '${TARGET}' information`, USER_CHANGE, 'user_changed'),
  iam(`changed password expiry for ${TARGET}`, USER_CHANGE, 'password_expiry_changed'),
  iam(`password for '${TARGET}' changed by '{user.name}'`, USER_CHANGE, 'password_changed'),
  iam(`changed password for user '${TARGET}'`, USER_CHANGE, 'password_changed'),
  iam(`password for ${TARGET} changed by {user.name}`, USER_CHANGE, 'password_changed'),
]);

/** Root alone may run most of these, which session attribution relies on. */
export const accountTools: Normalizer = {
  name: 'account-tools',
  summary: 'useradd, usermod, userdel, groupadd, gpasswd, passwd, chage: accounts and groups changed',
  programs: [
    ...['useradd', 'adduser', 'userdel', 'deluser', 'usermod', 'newusers', 'chsh', 'chfn'],
    ...['groupadd', 'addgroup', 'groupdel', 'delgroup', 'groupmod', 'groupmems', 'gpasswd'],
    ...['passwd', 'chpasswd', 'chage'],
  ],
  normalize(event) {
    event.logsource = LOGSOURCE;
    const message = event.message;
    if (readPam(event, message)) {
      // The only name PAM gives is that of the account that was changed.
      if (event['event.action'] === 'password_changed') {
        event['user.target.name'] = event['user.name'];
        event['user.name'] = null;
      }
    } else if (readChange(event, message.includes('`') ? message.replaceAll('`', "'") : message) === null) {
      event['event.category'] = IAM;
    }
    return true;
  },
};

function iam(text: string, type: readonly string[], action: string, outcome: Outcome = 'success'): Sentence {
  return { text, category: IAM, type, action, outcome };
}
