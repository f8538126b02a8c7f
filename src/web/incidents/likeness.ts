import type { AlertChange } from '../../model/alert.js';
import type { IncidentChange } from '../../model/incident.js';
import type { SilenceMatcher } from '../../model/silence.js';

/** What an alert or incident has that others could have too, each a condition of a silence. */
export type Likeness = readonly LikenessPart[];

export interface LikenessPart {
  readonly key: Exclude<keyof SilenceMatcher, 'severity'>;
  readonly value: string;
  /** As people say it. */
  readonly words: string;
  /** Ticked to begin with. */
  readonly chosen: boolean;
}

export function likenessOfAlert({ rule, entity, source, host, user }: AlertChange): Likeness {
  return present([
    { key: 'rule', value: rule.id, words: `rule: ${rule.name}`, chosen: true },
    { key: 'entity', value: entity, words: `about: ${entity}`, chosen: true },
    { key: 'source_ip', value: source?.ip, words: `from: ${source?.ip}`, chosen: false },
    { key: 'host', value: host?.name, words: `host: ${host?.name}`, chosen: false },
    { key: 'user', value: user?.name, words: `user: ${user?.name}`, chosen: false },
  ]);
}

export function likenessOfIncident({ entity, source, host, user }: IncidentChange): Likeness {
  const [hostName] = host?.name ?? [];
  const [userName] = user?.name ?? [];
  return present([
    { key: 'entity', value: entity, words: `about: ${entity}`, chosen: true },
    { key: 'source_ip', value: source?.ip, words: `from: ${source?.ip}`, chosen: false },
    { key: 'host', value: hostName, words: `host: ${hostName}`, chosen: false },
    { key: 'user', value: userName, words: `user: ${userName}`, chosen: false },
  ]);
}

function present(
  parts: readonly (Omit<LikenessPart, 'value'> & { readonly value: string | undefined })[],
): Likeness {
  return parts.flatMap((part) => (part.value === undefined ? [] : [{ ...part, value: part.value }]));
}
