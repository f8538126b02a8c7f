import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { StdinSource, stdin } from '../../src/sources/stdin.js';
import { testContext } from '../helpers/collecting-sink.js';

describe('standard input', () => {
  it('is done at its end, the last line without LF included', async () => {
    const context = testContext();
    const input = new PassThrough();
    const source = new StdinSource(stdin.options.parse({ type: 'stdin' }), context, input);
    await source.start();
    input.end('2026 begins with a number\r\n\nlast');
    await source.done;
    expect(context.out.texts()).toEqual(['2026 begins with a number', 'last']);
  });

  it('fails when it cannot be read', async () => {
    const input = new PassThrough();
    const source = new StdinSource(stdin.options.parse({ type: 'stdin' }), testContext(), input);
    await source.start();
    input.destroy(new Error('EIO'));
    await expect(source.done).rejects.toMatchObject({ retryable: false });
  });
});
