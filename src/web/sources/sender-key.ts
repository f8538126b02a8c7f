import type { Sender } from '../kit/api-types.js';

/** Behind a relay many hosts share an address. */
export function senderKey({ address, host = '', identity = '' }: Sender): string {
  return [address, host, identity].join('\0');
}
