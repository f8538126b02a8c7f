import { decodePart } from '../kit/place.js';

const PREFIX = '#login=';

/** The one-time token that `vedette run` printed in the address; it is gone from the address when this returns. */
export function takeLoginToken(): string | null {
  if (!location.hash.startsWith(PREFIX)) return null;
  const token = decodePart(location.hash.slice(PREFIX.length));
  history.replaceState(null, '', '#/');
  return token;
}
