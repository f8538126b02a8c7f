import { afterBlanks, onOneLine } from '../../model/json-objects.js';
import { type Answer, type Asked, type Delivery, type Dialect, Malformed } from './dialect.js';

const LF = 10;
/** Beats may refuse to write to servers that are older than they are. */
const VERSION = '8.19.0';
/** Clients of Elastic talk to nobody else. */
const PRODUCT = { 'x-elastic-product': 'Elasticsearch' };
const BULK = /^(?:\/([^/_][^/]*))?(?:\/_doc)?\/_bulk\/?$/;
const ONE = /^\/([^/_][^/]*)\/_(?:doc|create)(?:\/[^/]*)?\/?$/;
/** An action is a few names. */
const MOST_OF_ACTION = 16 * 1024;
/** Each is read before the first is taken. */
const MOST_ACTIONS = 50_000;

/**
 * What shippers need of Elasticsearch: `_bulk` and single documents, which are taken as events, and answers to what they ask first. Nothing can be searched, no index, template
 * or policy is made; beats are told so with `setup.template.enabled: false` and `setup.ilm.enabled: false`.
 */
export const elasticsearch: Dialect = {
  methods: ['POST', 'PUT'],
  // Names with an underscore are its interfaces, none of which must be taken for a delivery of another kind.
  speaks: ({ path, method }) =>
    path.includes('/_') || (path === '/' && (method === 'GET' || method === 'HEAD')),
  answer: ({ path, method }) => {
    if (elasticsearch.methods.includes(method)) return null;
    const body = path === '/' ? ABOUT : KNOWN.find(([known]) => path.startsWith(known))?.[1];
    return body === undefined
      ? failure(404, 'There is no such thing here.')
      : { status: 200, body, headers: PRODUCT };
  },
  open: (asked, body): Delivery => {
    if (BULK.test(asked.path)) return bulk(asked, body);
    if (ONE.test(asked.path)) return single(asked, body);
    throw new Malformed(
      'Only _bulk and documents are taken here; see setup.template and setup.ilm of beats.',
    );
  },
  refuse: ({ status, reason }) => failure(status, reason),
};

const ABOUT = {
  name: 'vedette',
  cluster_name: 'vedette',
  cluster_uuid: 'vedette',
  version: {
    number: VERSION,
    build_flavor: 'default',
    build_type: 'docker',
    build_snapshot: false,
    lucene_version: '9.12.1',
    minimum_wire_compatibility_version: '7.17.0',
    minimum_index_compatibility_version: '7.0.0',
  },
  tagline: 'You Know, for Search',
};

const KNOWN: readonly (readonly [string, unknown])[] = [
  ['/_license', { license: { status: 'active', uid: 'vedette', type: 'basic', mode: 'basic' } }],
  ['/_cluster/health', { cluster_name: 'vedette', status: 'green', timed_out: false }],
  ['/_cat/health', 'vedette green\n'],
];

/** Of each action what its answer says. */
interface Action {
  readonly verb: 'index' | 'create';
  readonly index: string;
}

/** Lines in pairs: what to do, and with which document. The whole body is looked at first: it is refused as a whole, too. */
function bulk(asked: Asked, body: Buffer): Delivery {
  const actions: Action[] = [];
  const documents: Uint8Array[] = [];
  const byPath = BULK.exec(asked.path)?.[1];
  for (let at = afterBlanks(body, 0); at < body.length; at = afterBlanks(body, at)) {
    const end = lineEnd(body, at);
    const action = actionOf(body.subarray(at, end), byPath, actions.length + 1);
    const from = Math.min(end + 1, body.length);
    const to = lineEnd(body, from);
    if (actions.length === MOST_ACTIONS) throw new Malformed(`more than ${MOST_ACTIONS} documents at once`);
    if (from >= to) throw new Malformed(`action ${actions.length + 1} has no document`);
    actions.push(action);
    documents.push(body.subarray(from, to));
    at = to;
  }
  if (actions.length === 0) throw new Malformed('request body is required');
  return {
    records: documents,
    answer: () => ({ status: 200, body: bulkAnswer(actions), headers: PRODUCT }),
  };
}

/** Nothing fails one by one; clients look for the status of each all the same. */
function bulkAnswer(actions: readonly Action[]): unknown {
  const items = actions.map(({ verb, index }) => ({ [verb]: { _index: index, status: 201 } }));
  return { took: 0, errors: false, items };
}

function single(asked: Asked, body: Buffer): Delivery {
  const index = ONE.exec(asked.path)?.[1] ?? '';
  return {
    records: [onOneLine(body)],
    answer: () => ({
      status: 201,
      body: { _index: decoded(index), result: 'created' },
      headers: PRODUCT,
    }),
  };
}

function actionOf(line: Buffer, byPath: string | undefined, number: number): Action {
  const wrong = new Malformed(
    `Malformed action/metadata line [${number}]: expected {"create": {…}} or {"index": {…}}`,
  );
  if (line.length > MOST_OF_ACTION) throw wrong;
  let action: unknown;
  try {
    action = JSON.parse(line.toString());
  } catch {
    throw wrong;
  }
  if (typeof action !== 'object' || action === null) throw wrong;
  for (const verb of ['create', 'index'] as const) {
    if (!Object.hasOwn(action, verb)) continue;
    const meta = (action as Record<string, unknown>)[verb];
    const named =
      typeof meta === 'object' && meta !== null && Object.hasOwn(meta, '_index')
        ? (meta as { _index: unknown })._index
        : undefined;
    return { verb, index: typeof named === 'string' ? named : decoded(byPath ?? '') };
  }
  throw wrong;
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function failure(refused: number, reason: string): Answer {
  // Clients come again after 429, and take 503 for a server that is going away.
  const status = refused === 503 ? 429 : refused;
  const type = ERRORS[status] ?? 'illegal_argument_exception';
  return {
    status,
    body: { error: { root_cause: [{ type, reason }], type, reason }, status },
    headers: PRODUCT,
  };
}

const ERRORS: Readonly<Record<number, string>> = {
  401: 'security_exception',
  403: 'security_exception',
  429: 'es_rejected_execution_exception',
};

function lineEnd(bytes: Uint8Array, from: number): number {
  const lf = bytes.indexOf(LF, from);
  return lf < 0 ? bytes.length : lf;
}
