import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CORRELATION_TYPES } from '../../src/model/rule.js';
import { MODIFIERS } from '../../src/sigma/modifiers/chain.js';
import { RULE_ERROR_CODES } from '../../src/sigma/rule-error.js';

describe('docs/reference/sigma.md', () => {
  const text = readFileSync(new URL('../../docs/reference/sigma.md', import.meta.url), 'utf8');

  it('names every modifier, correlation type and reason of refusal', () => {
    // Flags are written with the operator they belong to.
    const modifiers = MODIFIERS.filter((name) => !['i', 'm', 's'].includes(name));
    const missing = [...modifiers, ...CORRELATION_TYPES, ...RULE_ERROR_CODES].filter(
      (word) => !text.includes(`\`${word}\``),
    );
    expect(missing).toEqual([]);
  });
});
