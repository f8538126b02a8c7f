/** Where we are in a stream. */
export interface Position {
  readonly stream: string;
  /** When the stream was made: another one of the same name numbers its messages anew. */
  readonly created: string;
  /** All messages of ours up to this one were handed over, or are gone. */
  readonly seq: number;
}

/** Of a cursor's value, which is a Position as JSON. Null = none, or one that another version wrote. */
export function readPosition(value: string | undefined): Position | null {
  if (value === undefined) return null;
  try {
    const { stream, created, seq } = JSON.parse(value) as Partial<Position>;
    if (typeof stream !== 'string' || typeof created !== 'string' || !Number.isSafeInteger(seq)) return null;
    return { stream, created, seq: seq! };
  } catch {
    return null;
  }
}
