import { describe, expect, it } from 'vitest';
import { nearest } from '../../src/model/suggest.js';

describe('suggesting a word', () => {
  it.each([
    ['sorces', 'sources'],
    ['SOURCES', 'sources'],
    ['souces', 'sources'],
    ['soucres', 'sources'],
    ['sinsk', 'sinks'],
    ['lgo', 'log'],
  ])('%s may mean %s', (word, meant) => {
    expect(nearest(word, ['log', 'sinks', 'sources', 'storage'])).toBe(meant);
  });

  it('suggests nothing for what is far from everything, and nothing of nothing', () => {
    expect(nearest('banana', ['log', 'sinks'])).toBeNull();
    expect(nearest('ab', ['xy'])).toBeNull();
    expect(nearest('a', [])).toBeNull();
  });

  it('takes the first of equally near ones', () => {
    expect(nearest('max_xge', ['max_age', 'max_ege'])).toBe('max_age');
  });
});
