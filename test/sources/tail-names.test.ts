import { describe, expect, it } from 'vitest';
import { familyOf } from '../../src/sources/tail/generations.js';
import { compileGlob, globMatches, matchName } from '../../src/sources/tail/glob.js';

describe('globs', () => {
  it.each([
    ['/var/log/*.log', '/var/log/auth.log', true],
    ['/var/log/*.log', '/var/log/sub/auth.log', false],
    ['/var/log/*.log', '/var/log/.hidden.log', false],
    ['/var/log/.h*', '/var/log/.hidden.log', true],
    ['/var/log/a?th.log', '/var/log/auth.log', true],
    ['/var/log/a?th.log', '/var/log/ath.log', false],
    ['/var/log/**', '/var/log/a/b/c', true],
    ['/var/**/*.log', '/var/x.log', true],
    ['/var/**/*.log', '/var/a/b/x.log', true],
    ['/var/**/b/*.log', '/var/a/b/c/b/x.log', true],
    ['/var/**/b/*.log', '/var/a/c/x.log', false],
    ['/var/log/[a].log', '/var/log/[a].log', true],
  ])('%s on %s: %s', (pattern, path, wanted) => {
    expect(globMatches(compileGlob(pattern), path)).toBe(wanted);
  });

  it('take no time with many stars', () => {
    const start = performance.now();
    expect(matchName(`${'*a'.repeat(60)}b`, 'a'.repeat(250))).toBe(false);
    expect(performance.now() - start).toBeLessThan(100);
  });
});

describe('names of generations', () => {
  it.each([
    ['auth.log', 'auth.log', 'live'],
    ['auth.log.1', 'auth.log', 'number'],
    ['auth.log.12.gz', 'auth.log', 'number'],
    ['auth.log-20261120', 'auth.log', 'stamp'],
    ['auth.log.2026-11-20_03', 'auth.log', 'stamp'],
    ['auth-20261120.log.gz', 'auth.log', 'stamp'],
    ['auth.1.log', 'auth.log', 'number'],
    ['Xorg.log.old', 'Xorg.log', 'old'],
    ['10.0.0.1', '10.0.0.1', 'live'],
    ['10.0.0.1.log', '10.0.0.1.log', 'live'],
    ['app.log.1732123456', 'app.log', 'stamp'],
    ['app.log.3-2', 'app.log', 'stamp'],
    ['web-01.1.log', 'web-01.log', 'number'],
    ['web-01.log', 'web-01.log', 'live'],
    ['web_2.log', 'web_2.log', 'live'],
    ['ip-10-0-12-34.log', 'ip-10-0-12-34.log', 'live'],
    ['ip-10-0-12-34.log-20261120', 'ip-10-0-12-34.log', 'stamp'],
    ['messages', 'messages', 'live'],
    ['auth.log.bak', 'auth.log.bak', 'live'],
  ])('%s is of %s (%s)', (name, family, kind) => {
    const { path, age } = familyOf(`/var/log/${name}`);
    expect([path, age.kind]).toEqual([`/var/log/${family}`, kind]);
  });
});
