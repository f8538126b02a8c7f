import { codeAt } from '../model/code-at.js';
import { emptyFields, type JsonObject } from '../model/json.js';
import { toAddress } from './address.js';
import { readEpoch, setEventTime } from './event-time.js';
import type { Normalizer } from './normalizer.js';
import { isDigit } from './text.js';
import { toPort } from './values.js';
import { readZeek } from './zeek.js';

/** `1547188415.857497` and the uid behind it. */
const TIME_LENGTH = 17;
/** No log of Zeek's own has more. */
const MAX_COLUMNS = 64;

const ENDS = ['ts', 'uid', 'id.orig_h', 'id.orig_p', 'id.resp_h', 'id.resp_p'];

/** Zeek's own layouts (base/protocols); a line does not name its log, but no two of these look alike. */
const LAYOUTS: readonly Layout[] = [
  layout(
    'conn',
    'proto service duration orig_bytes resp_bytes conn_state local_orig local_resp missed_bytes history orig_pkts orig_ip_bytes resp_pkts resp_ip_bytes tunnel_parents',
    (columns) => CONNECTION_STATES.has(columns[11] ?? ''),
  ),
  layout(
    'dns',
    'proto trans_id rtt query qclass qclass_name qtype qtype_name rcode rcode_name AA TC RD RA Z answers TTLs rejected',
    (columns) => TRANSPORTS.has(columns[6] ?? '') && isNumber(columns[7]) && isNumber(columns[10], '-'),
  ),
  layout(
    'http',
    'trans_depth method host uri referrer version user_agent origin request_body_len response_body_len status_code status_msg',
    (columns) => isNumber(columns[6]) && isMethod(columns[7]) && isNumber(columns[14]),
  ),
  layout(
    'http',
    'trans_depth method host uri referrer version user_agent request_body_len response_body_len status_code status_msg',
    (columns) => isNumber(columns[6]) && isMethod(columns[7]) && isNumber(columns[13]),
  ),
  layout(
    'ssh',
    'version auth_success auth_attempts direction client server cipher_alg mac_alg compression_alg kex_alg host_key_alg host_key',
    (columns) => columns[10]?.startsWith('SSH-') === true || columns[11]?.startsWith('SSH-') === true,
  ),
];

interface Layout {
  readonly path: string;
  readonly names: readonly string[];
  readonly fits: (columns: readonly string[]) => boolean;
}

/** Zeek logs as TSV, a line alone: the ends of the connection of any log, the rest of conn, dns, http and ssh. */
export const zeekTsv: Normalizer = {
  name: 'zeek-tsv',
  summary: 'Zeek logs as tab-separated values: conn, dns, http, ssh; of others the connection',
  formats: ['plain'],
  initials: '0123456789',
  normalize(event) {
    const text = event.message;
    if (codeAt(text, TIME_LENGTH) !== 0x09 || codeAt(text, 10) !== 0x2e || !isDigit(codeAt(text, 9)))
      return false;
    const columns = text.split('\t', MAX_COLUMNS);
    if (columns.length < 6 || toAddress(columns[2]) === null || toAddress(columns[4]) === null) return false;
    if (toPort(columns[3]) === null || toPort(columns[5]) === null) return false;
    const found = LAYOUTS.find(({ fits }) => fits(columns));
    const fields = named(columns, found?.names ?? ENDS);
    event.record.fields = fields;
    setEventTime(event, readEpoch(columns[0]!));
    readZeek(event, fields, found?.path ?? '');
    return true;
  },
};

/** `-` is unset, `(empty)` an empty list. */
function named(columns: readonly string[], names: readonly string[]): JsonObject {
  const fields = emptyFields();
  for (let i = 0; i < names.length && i < columns.length; i++) {
    const column = columns[i]!;
    if (column !== '-' && column !== '(empty)') fields[names[i]!] = column;
  }
  return fields;
}

function layout(path: string, rest: string, fits: Layout['fits']): Layout {
  return { path, names: [...ENDS, ...rest.split(' ')], fits };
}

const TRANSPORTS: ReadonlySet<string> = new Set(['tcp', 'udp', 'icmp', 'unknown_transport']);
const CONNECTION_STATES: ReadonlySet<string> = new Set([
  ...['S0', 'S1', 'SF', 'REJ', 'S2', 'S3', 'RSTO', 'RSTR', 'RSTOS0', 'RSTRH', 'SH', 'SHR', 'OTH'],
]);

function isNumber(column: string | undefined, unset = ''): boolean {
  return column !== undefined && column !== '' && (column === unset || /^\d{1,20}$/.test(column));
}

function isMethod(column: string | undefined): boolean {
  return column !== undefined && /^[A-Z]{3,20}$/.test(column);
}
