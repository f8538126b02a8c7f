/**
 * Values of `event.category` and `event.type` as ECS lists them. Shared and frozen: an event points to one of
 * these instead of carrying an array of its own.
 */
function words<const W extends readonly string[]>(...list: W): W {
  return Object.freeze(list);
}

export const AUTHENTICATION = words('authentication');
export const AUTHENTICATION_SESSION = words('authentication', 'session');
export const CONFIGURATION = words('configuration');
export const DATABASE = words('database');
export const EMAIL = words('email');
export const FILE = words('file');
export const HOST = words('host');
export const IAM = words('iam');
export const INTRUSION_DETECTION = words('intrusion_detection');
export const MALWARE = words('malware');
export const NETWORK = words('network');
export const PROCESS = words('process');
export const SESSION = words('session');
export const WEB = words('web');
export const WEB_INTRUSION = words('intrusion_detection', 'web');

export const ACCESS = words('access');
export const CHANGE = words('change');
export const CONNECTION = words('connection');
export const CONNECTION_ALLOWED = words('connection', 'allowed');
export const CONNECTION_DENIED = words('connection', 'denied');
export const CONNECTION_END = words('connection', 'end');
export const CONNECTION_START = words('connection', 'start');
export const CREATION = words('creation');
export const DELETION = words('deletion');
export const DENIED = words('denied');
export const END = words('end');
export const ERROR = words('error');
export const GROUP_CHANGE = words('group', 'change');
export const GROUP_CREATION = words('group', 'creation');
export const GROUP_DELETION = words('group', 'deletion');
export const INFO = words('info');
export const PROTOCOL = words('protocol');
export const START = words('start');
export const USER_CHANGE = words('user', 'change');
export const USER_CREATION = words('user', 'creation');
export const USER_DELETION = words('user', 'deletion');
