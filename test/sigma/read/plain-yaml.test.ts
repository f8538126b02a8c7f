import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRuleFiles } from '../../../src/config/rule-files.js';
import { readPlainYaml } from '../../../src/sigma/read/plain-yaml.js';
import { parsedDocuments, type YamlDocument } from '../../../src/sigma/read/yaml.js';
import { splitDocuments } from '../../../src/sigma/read/yaml-documents.js';
import { describeShared, sharedPath } from '../../helpers/shared.js';

const RULE = `title: Tools That Print Passwords # of one kind
id: 5d2f1c57-3a0e-4c0e-8a58-0d4b8a1f6b01
related:
    - id: f8987c03-4290-4c96-870f-55e75ee377f4
      type: similar
status: test
description: |
    Somebody runs a tool:

      - that prints passwords
    and keeps them.
references:
- https://a.example/x?y=1#z
date: 2024-01-02
logsource:
    product: windows
detection:
    selection_img:
        - Image|endswith:
              - '\\a.exe'
              - "b.exe"
        - OriginalFileName: 'it''s'
    selection_number:
        EventID: 4688
        Empty:
        Signed: true
    keywords:
        - one two
        - -x
    condition: 1 of selection_* # or keywords
level: high
`;

const TOKENS = [
  ...[
    'a',
    'key',
    'a|b',
    'x y',
    '1',
    'null',
    '~',
    'true',
    'é',
    '-1',
    '-a',
    '0x1',
    '.5',
    '$',
    '(x)',
    '\\',
    '<<',
  ],
  ...[
    ': ',
    ':',
    '- ',
    '-',
    ' ',
    '  ',
    '- - ',
    '---',
    '...',
    '--- ',
    '? ',
    '?',
    '#',
    ' # c',
    '%',
    '@',
    '`',
    ',',
    '=',
  ],
  ...['\n', '\n', '\n', '\n  ', '\n    ', '\n- ', '\n  - ', '\r\n', '\r', '\t'],
  ...[
    "'",
    '"',
    "''",
    "'a b'",
    '"q"',
    '|',
    '|-',
    '|\n',
    '|-\n  ',
    '>',
    '&x ',
    '*x',
    '!t ',
    '[a]',
    '{a: b}',
    '\u{1f600}',
  ],
];

/** What is read of the part, as the parser's way tells it; null = it is left to the parser. */
function plainly(part: { text: string; line: number }): YamlDocument[] | null {
  const plain = readPlainYaml(part.text, part.line);
  if (plain === null) return null;
  return plain.root === null ? [] : [{ line: plain.root.line, root: plain.root }];
}

function expectSame(text: string): void {
  for (const part of splitDocuments(text)) {
    const found = plainly(part);
    if (found !== null) expect(found).toEqual(parsedDocuments(part));
  }
}

describe('a rule that is written plainly', () => {
  it('is read without the parser, and as by it', () => {
    const part = { text: RULE, line: 7 };
    expect(plainly(part)).not.toBeNull();
    expectSame(RULE);
    expect(plainly({ text: RULE.replaceAll('\n', '\r\n'), line: 7 })).toEqual(parsedDocuments(part));
  });

  it.each([
    ['a tab', 'a:\tb\n'],
    ['a value of several lines', 'a: b\n  c\n'],
    ['a quoted value of several lines', "a: 'b\n  c'\n"],
    ['an escape', 'a: "\\x41"\n'],
    ['a folded block', 'a: >\n  b\n'],
    ['a block that keeps its end', 'a: |+\n  b\n\n'],
    ['a block with an indentation of its own', 'a: |2\n   b\n'],
    ['a list in brackets', 'a: [b]\n'],
    ['an anchor', 'a: &x b\n'],
    ['a tag', 'a: !!str 1\n'],
    ['a quoted key', "'a': b\n"],
    ['a key twice', 'a: b\na: c\n'],
    ['a colon in the value', 'a: b: c\n'],
    ['an entry that is not deep enough', 'a:\n    b: 1\n  c: 2\n'],
    ['a list in a list', '- - a\n'],
    ['a directive', '%YAML 1.2\n---\na: b\n'],
    ['text beside the beginning of the document', '--- a\n'],
    ['a second document', 'a: b\n...\nc: d\n'],
    ['a value alone', 'a\n'],
  ])('%s is left to the parser', (_, text) => {
    expect(readPlainYaml(text, 1)).toBeNull();
  });

  it('of any depth is read as by the parser, or left to it', () => {
    for (let depth = 1; depth < 40; depth++) {
      const maps = Array.from({ length: depth }, (_, i) => `${' '.repeat(i)}a:\n`).join('');
      const lists = Array.from({ length: depth }, (_, i) => `${' '.repeat(2 * i)}- a:\n`).join('');
      expectSame(`${maps}${' '.repeat(depth)}b: c\n`);
      expectSame(`${lists}${' '.repeat(2 * depth)}- c\n`);
    }
    expect(readPlainYaml(`a:\n${'- b\n'.repeat(30_000)}`, 1)).toBeNull();
  });

  it('is what the parser says it is, whatever the text', () => {
    const noise = fc.array(fc.constantFrom(...TOKENS), { maxLength: 16 }).map((tokens) => tokens.join(''));
    const texts = fc.oneof(
      noise,
      noise.map((text) => `a:\n  ${text}`),
      noise.map((text) => `k: ${text}`),
      noise.map((text) => `- ${text}`),
    );
    fc.assert(fc.property(texts, expectSame), { numRuns: 20_000 });
  });

  it('is what the parser says it is, whatever was changed in a rule', () => {
    const edit = fc.record({
      at: fc.nat(RULE.length),
      cut: fc.nat(4),
      add: fc.oneof(
        fc.constantFrom(...TOKENS),
        fc.constant(''),
        fc.nat(8).map((n) => `\n${' '.repeat(n)}`),
      ),
    });
    const edited = fc
      .array(edit, { minLength: 1, maxLength: 3 })
      .map((edits) =>
        edits.reduce((text, { at, cut, add }) => text.slice(0, at) + add + text.slice(at + cut), RULE),
      );
    fc.assert(fc.property(edited, expectSame), { numRuns: 3000 });
  });
});

describeShared('the rules of SigmaHQ', () => {
  it('are nearly all written plainly, and read as by the parser', () => {
    const folder = mkdtempSync(join(tmpdir(), 'sigmahq-'));
    execFileSync('tar', ['-xf', sharedPath('corpus', 'sigmahq-rules.tar.xz'), '-C', folder]);
    const { files } = readRuleFiles([folder]);
    rmSync(folder, { recursive: true });
    const parts = files.flatMap(({ text }) => splitDocuments(text));
    let read = 0;
    for (const part of parts) {
      const found = plainly(part);
      if (found === null) continue;
      read++;
      expect(found).toEqual(parsedDocuments(part));
    }
    expect(read / parts.length).toBeGreaterThan(0.95);
  });
});
