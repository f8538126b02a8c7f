import { describe, expect, it } from 'vitest';
import { environmentOverrides } from '../../src/config/environment.js';
import type { ConfigFault } from '../../src/config/errors.js';

function read(env: Record<string, string | undefined>): { found: unknown[]; faults: ConfigFault[] } {
  const faults: ConfigFault[] = [];
  return { found: [...environmentOverrides(env, faults)], faults };
}

describe('configuration from the environment', () => {
  it('takes VEDETTE_ and the path joined by two underscores, in lower case', () => {
    expect(read({ VEDETTE_DATA_DIR: '/x', VEDETTE_STORAGE__EVENTS__MAX_AGE: '7d', PATH: '/bin' })).toEqual({
      found: [
        ['VEDETTE_DATA_DIR', ['data_dir'], '/x'],
        ['VEDETTE_STORAGE__EVENTS__MAX_AGE', ['storage', 'events', 'max_age'], '7d'],
      ],
      faults: [],
    });
  });

  it.each([
    ['[a, b]', ['a', 'b']],
    ['5', 5],
    ['true', true],
    ['', ''],
    ['~', '~'],
    ['{ type: stdin }', { type: 'stdin' }],
    ['[not, yaml', '[not, yaml'],
    ['0.0.0.0:514', '0.0.0.0:514'],
  ])('reads %j as YAML where it is that', (text, value) => {
    expect(read({ VEDETTE_X: text }).found).toEqual([['VEDETTE_X', ['x'], value]]);
  });

  it('leaves variables alone that are no keys', () => {
    expect(
      read({ VEDETTE_CONFIG: 'x', VEDETTE_SHARED: 'x', VEDETTE_TEST_TOOLS: 'x', VEDETTE_Y: undefined }),
    ).toEqual({
      found: [],
      faults: [],
    });
  });

  it.each(['VEDETTE_', 'VEDETTE_A____B', 'VEDETTE_A__', 'VEDETTE___A'])('refuses %s', (name) => {
    const { found, faults } = read({ [name]: 'x' });
    expect(found).toEqual([]);
    expect(faults).toMatchObject([{ where: name }]);
  });
});
