import { decodePart } from '../kit/place.js';

const PREFIX = '#login=';

/** The one-time token that `vedette run` printed in the address; it is gone from the address when this returns. */
export function takeLoginToken(): string | null {
  if (!location.hash.startsWith(PREFIX)) return null;
  const token = tokenOf(location.hash);
  history.replaceState(null, '', '#/');
  return token;
}

/** What somebody pasted: a token, or the whole address that holds one. */
export function tokenOf(text: string): string {
  const at = text.indexOf(PREFIX);
  return at < 0 ? text.trim() : decodePart(text.slice(at + PREFIX.length).trim());
}
