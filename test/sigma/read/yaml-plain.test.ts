import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseYaml } from '../../../src/sigma/read/yaml.js';
import { readPlainYaml } from '../../../src/sigma/read/yaml-plain.js';

/** Nothing with carriage returns is plain: this is what the parser of the whole language reads. */
function parsed(text: string): unknown {
  const documents = parseYaml(text.replaceAll('\n', '\r\n'));
  return documents.length === 1 ? documents[0]!.root : documents;
}

const RULE = `# by hand
---
title: Some Rule  # with a comment
id: 5013198a-0000-4d5d-8b1d-0000000000ab

description: |
  It's "so":
    - deeper

  # no comment
tags:
- attack.t1059
- 'it''s: quoted'
detection:
    selection_1:
        - Image|endswith:
              - '\\cmd.exe' # a comment
              - "x: y"
          CommandLine|contains|all: C:\\Temp#1
          EventID: 4688
        -   Nothing:
            Null: null
            true: ~
    condition: 1 of selection_*
level: high`;

describe('plain YAML', () => {
  it('is read with its lines', () => {
    const read = readPlainYaml(RULE, 1);
    expect(read).not.toBeNull();
    expect(read).toEqual(parsed(RULE));
    expect(readPlainYaml(RULE, 7)!.entries.get('level')!.line).toBe(31);
  });

  it.each([
    ['a tab', 'a:\tb\n'],
    ['a character of two code units', 'a: "😀"\n'],
    ['a line separator', 'a: x\u2028y\n'],
    ['an escape', 'a: "\\n"\n'],
    ['a value on several lines', 'a: x\n  y\n'],
    ['a quoted value on several lines', "a: 'x\n  y'\n"],
    ['a folded block', 'a: >\n  x\n'],
    ['a block that keeps its line breaks', 'a: |+\n  x\n\n'],
    ['a block of nothing', 'a: |\n\nb: 1\n'],
    ['brackets', 'a: [1]\n'],
    ['an anchor', 'a: &x 1\n'],
    ['a tag', 'a: !!str 1\n'],
    ['a key in quotes', '"a": 1\n'],
    ['a key that is given twice', 'a: 1\na: 2\n'],
    ['another document', 'a: 1\n---\nb: 2\n'],
    ['a list of lists', 'a:\n  - - 1\n'],
    ['a list that is not deeper than its dash', 'a:\n  -\n  - 1\n'],
    ['a value and something below it', 'a: 1\n  b: 2\n'],
    ['a step back to no column that there was', 'a:\n    b: 1\n  c: 2\n'],
    ['a map in one line', 'a: b: c\n'],
    ['something behind the quotes', "a: 'b' c\n"],
    ['no map', 'x\n'],
    ['nothing', '# x\n'],
    ['nine levels', Array.from({ length: 9 }, (_, i) => `${' '.repeat(i)}a:\n`).join('')],
  ])('has not %s in it', (_, text) => {
    expect(readPlainYaml(text, 1)).toBeNull();
  });

  it('means what the parser reads', () => {
    const indent = fc.constantFrom('', '', '  ', '  ', '    ', '      ', ' ');
    const key = fc.constantFrom('a:', 'b: ', 'c|d:', 'null: ', 'True:', 'a b:', "'q':", 'x-1.y:   ', '');
    const value = fc.constantFrom(
      ...['', '', '', 'x', 'x y', 'x:y', 'x: y', 'x#y', 'x # y', 'x:', "'q'", "'q", "''", "'''a'", "'a''b'"],
      ...[
        '"q"',
        '"q\\"',
        '"a\'b" # c',
        "'a' b",
        "'a'#b",
        '|',
        '|-',
        '| ',
        '|x',
        '>',
        '- x',
        '-x',
        '--- ',
        '[x]',
      ],
      ...[
        '5',
        '-5',
        '007',
        '0x1f',
        '1e3',
        '~',
        'null',
        'true',
        'No',
        '*',
        '&a',
        '!x',
        '%',
        '\\x',
        'ü',
        'a\tb',
      ],
    );
    const dash = fc.constantFrom('', '', '', '- ', '- ', '-', '-   ');
    const line = fc.oneof(
      { weight: 8, arbitrary: fc.tuple(indent, dash, key, value).map((parts) => parts.join('')) },
      { weight: 1, arbitrary: fc.constantFrom('', '  ', '     ', '# c', '  # c', '---', '...', 'x: 1') },
    );
    let plain = 0;
    fc.assert(
      fc.property(fc.array(line, { maxLength: 6 }), fc.constantFrom('', '\n', '\n\n'), (lines, end) => {
        const text = `top:\n${lines.join('\n')}${end}`;
        const read = readPlainYaml(text, 3);
        if (read === null) return;
        plain++;
        expect(readPlainYaml(text, 1)).toEqual(parsed(text));
      }),
      { numRuns: 200_000 },
    );
    expect(plain).toBeGreaterThan(1000);
  });
});
