import { describe, expect, it } from 'vitest';
import { closedLogsource, OPEN } from '../../src/model/logsource.js';

describe('logsources', () => {
  it('are one object for the same words, in whatever order', () => {
    const one = closedLogsource({ product: 'linux', services: ['sshd', 'auth'], categories: ['b', 'a'] });
    expect(closedLogsource({ services: ['auth', 'sshd'], product: 'linux', categories: ['a', 'b'] })).toBe(
      one,
    );
    expect(one).toMatchObject({
      closed: true,
      product: 'linux',
      services: ['auth', 'sshd'],
      categories: ['a', 'b'],
    });
  });

  it('have ids of their own', () => {
    const made = [
      closedLogsource({}),
      closedLogsource({ product: 'x' }),
      closedLogsource({ services: ['x'] }),
      closedLogsource({ categories: ['x'] }),
      closedLogsource({ services: ['x', 'y'] }),
      closedLogsource({ services: ['x,y'] }),
      OPEN,
    ];
    expect(new Set(made.map(({ id }) => id)).size).toBe(made.length);
    expect(OPEN).toMatchObject({ id: 0, closed: false });
  });

  it('cannot be changed, nor by whoever gave the words', () => {
    const services = ['one'];
    const made = closedLogsource({ services });
    services.push('two');
    expect(made.services).toEqual(['one']);
    expect(Object.isFrozen(made)).toBe(true);
  });
});
