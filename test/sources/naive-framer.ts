import type { FramingMode } from '../../src/sources/framing.js';

interface NaiveRecord {
  readonly text: string;
  readonly truncated: boolean;
}

/** The framing rules on a whole stream at once, by regular expressions: slow, short, and written apart from framing.ts. */
export function naiveFrames(stream: string, mode: FramingMode, maxMessage: number): NaiveRecord[] {
  const records: NaiveRecord[] = [];
  const emit = (body: string): void => {
    const truncated = body.length > maxMessage;
    const text = body.slice(0, maxMessage).replace(/[\r\n\0]+$/, '');
    if (text !== '') records.push({ text, truncated });
  };
  let rest = stream;
  for (let first = true; ; first = false) {
    rest = rest.replace(/^[\r\n\0]+/, '');
    if (rest === '') return records;
    if (first && /^\x16\x03[\0-\x04]/.test(rest)) return records;
    const count = mode === 'lf' ? null : /^([1-9]\d{0,6}) /.exec(rest);
    if (count === null) {
      if (mode === 'octet') return records;
      const [line] = /^[^\n\0]*/.exec(rest)!;
      emit(line.length === maxMessage + 1 && line.endsWith('\r') ? line.slice(0, -1) : line);
      rest = rest.slice(line.length);
      continue;
    }
    const body = rest.slice(count[0].length);
    const wanted = Number(count[1]);
    const cut = body.length < wanted;
    if (cut && mode === 'auto' && body !== '' && !body.startsWith('<') && body.length < maxMessage) {
      records.push(...naiveFrames(rest, 'lf', maxMessage));
      return records;
    }
    // A cut frame that already reached the limit was a truncated one before it was an incomplete one.
    emit(cut && body.length === maxMessage && wanted > maxMessage ? `${body}x` : body.slice(0, wanted));
    rest = body.slice(wanted);
  }
}
