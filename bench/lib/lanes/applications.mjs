// Structured logs of applications that no normalizer knows: their words for things are, by chance, also field names of rules.

const ACTIONS =
  'create read update delete login logout export import approve reject download upload share'.split(' ');
const OUTCOMES = ['success', 'success', 'success', 'failure', 'ok', 'denied'];

/** JSON objects of a shop's and an office's services, in the habits of pino, Serilog, structlog and audit tables. */
export function applicationEvents(words) {
  const shapes = [pino, serilog, structlog, auditRow];
  return (at) => words.pick(shapes)(words, at);
}

function pino(words, at) {
  return {
    ...{ level: words.pick([20, 30, 30, 40]), time: at, pid: words.pid(), hostname: words.host() },
    req: {
      method: words.pick(['GET', 'POST']),
      url: `/${words.word()}/${words.slug()}`,
      remoteAddress: words.stranger(),
    },
    res: { statusCode: words.pick([200, 201, 204, 404]) },
    user: words.user(),
    query: `${words.word()} ${words.word()}`,
    msg: `${words.name()} ${words.pick(ACTIONS)} finished`,
  };
}

/** .NET applications begin names with a capital, as Windows does. */
function serilog(words, at) {
  return {
    '@t': new Date(at).toISOString(),
    '@mt': '{User} changed {Product} of {Company}',
    SourceContext: `Shop.${words.word()}.Service`,
    User: words.user(),
    Product: words.name(),
    Company: `${words.word()} GmbH`,
    Description: words.name(),
    Image: `https://images.example.com/${words.slug()}.png`,
    FileName: `${words.slug()}.pdf`,
    Status: words.pick(OUTCOMES),
    Operation: words.pick(ACTIONS),
    Details: `${words.name()} ${words.name()}`,
    Channel: words.pick(['web', 'store', 'phone']),
    Payload: words.base64(30),
    Path: `/${words.word()}/${words.slug()}`,
    Computer: words.host(),
    Protocol: 'https',
    DestinationPort: 443,
  };
}

function structlog(words, at) {
  return {
    timestamp: new Date(at).toISOString(),
    level: 'info',
    logger: `${words.word()}.${words.word()}`,
    event: `${words.word()}_${words.pick(ACTIONS)}`,
    action: words.pick(ACTIONS),
    status: words.pick(OUTCOMES),
    user_agent: 'python-requests/2.32.3',
    src_ip: words.client(),
    dst_port: words.port(),
    service: words.word(),
    method: words.pick(ACTIONS),
    path: `/srv/${words.slug()}`,
    size: words.n(1e6),
  };
}

function auditRow(words, at) {
  return {
    id: words.guid().slice(1, -1),
    eventTime: new Date(at).toISOString(),
    eventType: `${words.word()}.${words.pick(ACTIONS)}`,
    eventName: words.pick(ACTIONS),
    eventSource: `${words.word()}.example.com`,
    operationName: `${words.pick(ACTIONS)} ${words.word()}`,
    actor: { name: words.user(), displayName: words.user(), ip: words.client() },
    target: { type: words.word(), name: words.name() },
    outcome: { result: words.pick(OUTCOMES), reason: words.name() },
    properties: { message: `${words.name()} ${words.pick(ACTIONS)}`, category: words.word() },
    category: words.word(),
  };
}
