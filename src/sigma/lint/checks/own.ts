import { quoted, suggest } from '../../rule-error.js';
import type { Check } from '../check.js';
import { mapAt, scalarsAt } from '../document.js';

/** Checks of the keys under `vedette:`, which are this project's extensions of Sigma. */

export const unknownOption: Check = {
  severity: 'warning',
  summary: 'A key under `vedette:` that means nothing.',
  *find({ root }) {
    const vedette = mapAt(root, 'vedette');
    if (vedette === null) return;
    yield* unknownKeys(vedette.entries, ['refire', 'absent', 'lint'], 'vedette');
    const lint = mapAt(vedette, 'lint');
    if (lint !== null) yield* unknownKeys(lint.entries, ['ignore'], 'vedette.lint');
  },
};

function* unknownKeys(
  entries: ReadonlyMap<string, { readonly line: number }>,
  known: readonly string[],
  of: string,
) {
  for (const [key, { line }] of entries) {
    if (known.includes(key)) continue;
    yield {
      line,
      message: `"${of}" has no ${quoted(key)}${suggest(key, known)}.`,
      fix: `Known are ${known.join(', ')}.`,
    };
  }
}

export const unknownCode: Check = {
  severity: 'warning',
  summary: 'A code under `vedette: {lint: {ignore: …}}` that no check has.',
  *find({ root }, { codes }) {
    const vedette = mapAt(root, 'vedette');
    const lint = vedette === null ? null : mapAt(vedette, 'lint');
    for (const { value, line } of lint === null ? [] : scalarsAt(lint, 'ignore')) {
      const code = String(value);
      if (codes.includes(code)) continue;
      yield {
        line,
        message: `There is no check ${quoted(code)}${suggest(code, codes)}.`,
        fix: 'Correct it or remove it.',
      };
    }
  },
};
