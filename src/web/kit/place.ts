/**
 * Where in the page somebody is. All of it stands behind the `#` of the address: a link shows a colleague the same view, and
 * what was searched for reaches no server's access log.
 */
export interface Place {
  /** `['incidents', '0f8a…']`; empty = Now. */
  readonly path: readonly string[];
  readonly params: Params;
}

export type Params = Readonly<Record<string, string>>;

/** Reads `#/incidents/0f8a?status=open`; anything else is Now. */
export function parsePlace(hash: string): Place {
  if (!hash.startsWith('#/')) return { path: [], params: {} };
  const [path = '', query = ''] = split(hash.slice(2), '?');
  const params: Record<string, string> = Object.create(null);
  for (const [name, value] of new URLSearchParams(query)) params[name] = value;
  return { path: path.split('/').filter(Boolean).map(decodePart), params };
}

/** The inverse of `parsePlace`; empty parameters are left out. */
export function formatPlace(path: readonly string[], params: Params = {}): string {
  const given = Object.entries(params).filter(([, value]) => value !== '');
  const query = new URLSearchParams(given).toString();
  return `#/${path.map(encodePart).join('/')}${query === '' ? '' : `?${query}`}`;
}

function split(text: string, at: string): [string, string] {
  const place = text.indexOf(at);
  return place < 0 ? [text, ''] : [text.slice(0, place), text.slice(place + 1)];
}

/** Half a surrogate pair, which logged text may have, cannot be encoded. */
export function encodePart(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd'));
}

/** As it is where it is not encoded well. */
export function decodePart(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
