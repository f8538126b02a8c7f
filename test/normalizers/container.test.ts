import { describe, expect, it } from 'vitest';
import { normalized } from '../helpers/normalized.js';

describe('container', () => {
  it('unwraps stdout and stderr, whole and partial, with the time', () => {
    const event = normalized('2026-11-19T13:55:36.123456789Z stderr P part of');
    expect(event.message).toBe('part of');
    expect(event.record.fields).toMatchObject({ stream: 'stderr', partial: true });
    expect(new Date(event.timestamp).toISOString()).toBe('2026-11-19T13:55:36.123Z');
  });

  it('leaves a stamp with another word alone', () => {
    expect(normalized('2026-11-19T13:55:36.123456789Z stdout X hello').logsource.closed).toBe(false);
  });
});
