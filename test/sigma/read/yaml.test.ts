import { describe, expect, it } from 'vitest';
import { parseYaml, toJson } from '../../../src/sigma/read/yaml.js';
import { RuleError } from '../../../src/sigma/rule-error.js';

function values(text: string): unknown[] {
  return parseYaml(text).map(({ root }) =>
    root instanceof RuleError ? `${root.line}: ${root.message}` : toJson(root),
  );
}

describe('reading YAML', () => {
  it('follows the core schema of YAML 1.2, integers exact', () => {
    const text =
      '[yes, no, on, 2024-01-02, 007, 0x1F, 0o17, -5, +5, 1.50, 1e3, .5, 9007199254740993, 1_000, 1.2.3, .inf, ~, null, True, "5", \'\', "a\\tb"]';
    expect(values(text)).toEqual([
      [
        'yes',
        'no',
        'on',
        '2024-01-02',
        7,
        31,
        15,
        -5,
        5,
        1.5,
        1000,
        0.5,
        9007199254740993n,
        '1_000',
        '1.2.3',
        '.inf',
        null,
        null,
        true,
        '5',
        '',
        'a\tb',
      ],
    ]);
  });

  it('reads documents with their lines, whatever the line ends, past byte order mark, comments and directives', () => {
    const text =
      '\ufeff# first\r\n%YAML 1.2\r\n---\r\na: 1\r\n---\r\n# nothing\r\n---\r\nb: |\r\n  --- x\r\n  y\r\n';
    expect(parseYaml(text).map(({ line }) => line)).toEqual([4, 8]);
    expect(values(text)).toEqual([{ a: 1 }, { b: '--- x\ny\n' }]);
  });

  it('reads any number of documents, whatever ends them', () => {
    expect(parseYaml('a\n...\n'.repeat(170_000))).toHaveLength(170_000);
  });

  it('takes the only tag that changes nothing but the type, and resolves aliases', () => {
    expect(values('a: !!str 5\nb: &x [1]\nc: *x\n')).toEqual([{ a: '5', b: [1], c: [1] }]);
  });

  it('keeps a key that JavaScript has plans for', () => {
    const [document] = values('__proto__: 1\nconstructor: 2\n') as [object];
    expect(Object.entries(document)).toEqual([
      ['__proto__', 1],
      ['constructor', 2],
    ]);
  });

  it('reports what is never closed at the last line of its document', () => {
    expect(values('a: 1\n---\nb: "x\n\n---\nc: 1\n')).toEqual([
      { a: 1 },
      expect.stringMatching(/^3: This is not valid YAML/),
      { c: 1 },
    ]);
  });
});
