import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { DroppedFiles } from '../../src/storage/log/dropped-files.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('dropped files go one after the other, with a pause between', () => {
  const asked: string[] = [];
  let done = (): void => {};
  const files = new DroppedFiles((path, whenDone) => {
    asked.push(path);
    done = whenDone;
  });
  for (const path of ['a', 'b', 'c']) files.add(path);
  vi.advanceTimersByTime(10_000);
  expect(asked).toEqual(['a']);
  done();
  expect(asked).toEqual(['a']);
  vi.advanceTimersByTime(1000);
  expect(asked).toEqual(['a', 'b']);
  done();
  vi.advanceTimersByTime(1000);
  done();
  vi.advanceTimersByTime(1000);
  expect(asked).toEqual(['a', 'b', 'c']);
  files.add('d');
  expect(asked.at(-1)).toBe('d');
});
