import type { AlertChange } from '../../model/alert.js';
import { ownObjectId } from './ids.js';
import * as observable from './observables.js';
import type { StixObject } from './stix-object.js';

export interface Observed {
  /** What the indicator's pattern is about; at least one. */
  readonly subject: readonly StixObject[];
  /** Everything observed, subject included, each once, referenced objects before those that refer to them. */
  readonly objects: readonly StixObject[];
}

/** Values at the match's limit (200 characters) may be cut, and a cut value was never observed. */
const MATCH_LIMIT = 200;

/** The cyber observables of an alert: its entities, what its rule looked at, and the records themselves. */
export function observedIn(change: AlertChange): Observed {
  const found = new Map<string, StixObject>();
  const add = <T extends StixObject | null>(object: T): T => {
    if (object !== null) found.set(object.id, object);
    return object;
  };
  const source = add(observable.address(change.source?.ip ?? ''));
  const destination = add(observable.address(change.destination?.ip ?? ''));
  if (source !== null && destination !== null) add(observable.networkTraffic(source, destination));
  const user = add(observable.userAccount(change.user?.name ?? ''));
  add(observable.userAccount(change.user?.target?.name ?? ''));
  const host = add(hostOf(change.host?.name ?? ''));
  for (const [field, value] of namedValues(change)) byField(field, value, change.alert.id).forEach(add);
  const records = change.evidence.map(({ original }) => add(observable.artifact(original)));
  // Of a chain the last record may have been sent by somebody else than whom it is about.
  const sender = source === null ? null : add(observable.address(change.entity) ?? source);
  const entities = sender !== null ? [sender] : [user, host].filter((object) => object !== null);
  const subject = entities.length > 0 ? entities : records.filter((object) => object !== null).slice(0, 1);
  if (subject.length > 0) return { subject, objects: [...found.values()] };
  const text = observable.artifact(`${change.rule.id}: ${change.entity}`)!;
  return { subject: [text], objects: [...found.values(), text] };
}

function hostOf(name: string): StixObject | null {
  return observable.domainName(name) ?? observable.address(name);
}

/** Group-by values, and what single fields of the evidence held. */
function* namedValues(change: AlertChange): Generator<readonly [string, string]> {
  yield* Object.entries(change.group ?? {});
  for (const { matches } of change.evidence) {
    for (const { field, value } of matches) {
      if (field !== null && value.length < MATCH_LIMIT && !value.endsWith('…')) yield [field, value];
    }
  }
}

/** ECS and Sigma taxonomy names of the fields that are observables of their own. */
function byField(field: string, value: string, alertId: string): readonly (StixObject | null)[] {
  switch (field) {
    case 'source.ip':
    case 'destination.ip':
    case 'SourceIp':
    case 'DestinationIp':
      return [observable.address(value)];
    case 'user.name':
    case 'user.target.name':
      return [observable.userAccount(value)];
    case 'host.name':
      return [hostOf(value)];
    case 'url.domain':
    case 'dns.question.name':
    case 'destination.domain':
    case 'QueryName':
    case 'DestinationHostname':
      return [observable.domainName(value)];
    case 'url.original':
      return [observable.url(value)];
    case 'file.path':
    case 'process.executable':
    case 'Image':
    case 'TargetFilename':
      return observable.file(value);
    case 'process.hash.sha256':
      return [observable.fileHash(value)];
    case 'process.command_line':
    case 'CommandLine':
      return [observable.process(value, ownObjectId('process', alertId, value))];
    default:
      return [];
  }
}
