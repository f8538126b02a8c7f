import { describe, expect, it } from 'vitest';
import { dropsIn } from '../../src/sources/kernel-drops.js';

const UDP = `   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
  321: 0100007F:1414 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 20123 2 0000000000000000 7
 1321: 00000000:1414 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 20124 2 0000000000000000 19834
`;
const UDP6 = `  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
  321: 00000000000000000000000001000000:1414 00000000000000000000000000000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 20125 2 0000000000000000 3
`;

describe('the kernel table of UDP sockets', () => {
  it.each([
    [UDP, '0.0.0.0', 5140, 19834],
    [UDP, '127.0.0.1', 5140, 7],
    [UDP, '0.0.0.0', 514, null],
    [UDP6, '::1', 5140, 3],
    [UDP6, '::', 5140, null],
    ['', '0.0.0.0', 5140, null],
  ])('tells the drops of one socket (%#)', (table, host, port, drops) => {
    expect(dropsIn(table, { host, port })).toBe(drops);
  });
});
