import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LEVELS } from '../../src/model/rule.js';
import { renderAlert } from '../../src/report/alert-text.js';
import { textWidth } from '../../src/report/text-width.js';
import { alertChange } from '../helpers/alerts.js';

const PLAIN = { colour: false, width: Number.POSITIVE_INFINITY };

describe('an alert as text', () => {
  it('says what, when, who, why, and points at the matched part', () => {
    expect(renderAlert(alertChange(), PLAIN)).toBe(
      [
        '▲ HIGH  SSH password guessing',
        '         opened 2026-11-20 10:42:07 UTC · 12 events in 8s',
        '  who    203.0.113.7 → web1 · user root',
        '  why    12 times within 5m for source.ip 203.0.113.7',
        '  ATT&CK T1110.001 Password Guessing · TA0006 Credential Access',
        '  log    Nov 20 10:42:07 web1 sshd[812]: Failed password for root from 203.0.113.7 port 4711 ssh2',
        '                                         ^^^^^^^^^^^^^^^',
        '  rule   rules/sigma/linux/lnx_sshd_password_guessing.yml',
        '  alert  6fbf7988-dcb1-5fc2-a6d4-395653e8e79f',
        '',
      ].join('\n'),
    );
  });

  it.each([
    [
      { status: 'opened', count: 1, last_seen: '2026-11-20T10:41:59.000Z' },
      'opened 2026-11-20 10:42:07 UTC · 1 event',
    ],
    [{ status: 'updated', count: 100 }, 'goes on 2026-11-20 10:42:07 UTC · 100 events in 8s'],
    [{ status: 'updated', escalated: true }, 'escalated to high 2026-11-20 10:42:07 UTC · 12 events in 8s'],
    [{ status: 'ended' }, 'ended, quiet since 2026-11-20 10:42:07 UTC · 12 events in 8s'],
  ] as const)('tells by its words how it stands: %o', (alert, words) => {
    expect(renderAlert(alertChange({ alert }), PLAIN).split('\n')[1]?.trim()).toBe(words);
  });

  it('shows every severity with a shape and a word of its own', () => {
    const badges = LEVELS.map((severity) => renderAlert(alertChange({ severity }), PLAIN).split('  ')[0]);
    expect(badges).toEqual(['○ INFORMATIONAL', '▼ LOW', '● MEDIUM', '▲ HIGH', '◆ CRITICAL']);
  });

  it('names the session a source was attributed by, and the account that was taken over', () => {
    const text = renderAlert(
      alertChange({
        source: { ip: '203.0.113.7', attributed: true },
        user: { name: 'bob', target: { name: 'root' } },
      }),
      PLAIN,
    );
    expect(text).toContain('203.0.113.7 (by its session) → web1 · user bob as root');
  });

  it('underlines the matched part where there is colour', () => {
    const text = renderAlert(alertChange(), { colour: true, width: 200 });
    expect(text).toContain('sshd[812]: \x1b[1;4mFailed password\x1b[0m for root');
    expect(text).not.toContain('^^^');
  });

  it('shows the matched part of a long record, also when it lies far to the right', () => {
    const original = `${'x'.repeat(300)} Failed password ${'y'.repeat(300)}`;
    const matches = [
      { selection: 's', field: null, pattern: '*failed*password*', value: original.slice(0, 200) },
    ];
    const text = renderAlert(alertChange({ evidence: [{ 'event.id': '1-1', original, matches }] }), {
      colour: false,
      width: 80,
    });
    const [log, pointers] = text.split('\n').slice(5, 7);
    expect(log).toMatch(/^ {2}log {4}…x+ Failed password y+…$/);
    expect(pointers?.trim()).toMatch(/^\^{6} \^{8}$/);
    expect(pointers?.indexOf('^')).toBe(log?.indexOf('Failed'));
  });

  it('keeps to the width of the terminal and obeys no control character, whatever the logs held', () => {
    fc.assert(
      fc.property(
        anyText,
        anyText,
        anyText,
        fc.integer({ min: 40, max: 120 }),
        fc.boolean(),
        (a, b, c, width, colour) => {
          const change = alertChange({
            entity: a,
            reason: b,
            host: { name: c },
            user: { name: a },
            evidence: [
              {
                'event.id': '1-1',
                original: `${a}${b}${c}`,
                matches: [{ selection: 's', field: null, pattern: b, value: c }],
              },
            ],
            rule: { id: a, name: b, level: 'high', version: '', file: c },
          });
          const painted = renderAlert(change, { colour, width });
          const text = colour ? painted.replace(/\x1b\[[0-9;]+m/g, '') : painted;
          expect(text).toMatch(/^[^\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]*$/);
          for (const line of text.split('\n')) expect(textWidth(line)).toBeLessThanOrEqual(width);
        },
      ),
      { numRuns: 300 },
    );
  });
});

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 120 }),
  fc.string({ unit: 'grapheme', maxLength: 120 }),
  fc.constantFrom(
    '\x1b]0;owned\x07',
    '\x1b[2J\r\n',
    '日本語のログ'.repeat(20),
    'e\u0301'.repeat(60),
    '\u202etxt.exe',
    '',
  ),
);
