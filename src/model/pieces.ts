/** The items in order, `size` at a time; the last piece may have fewer. */
export function* inPieces<T>(items: Iterable<T>, size: number): Generator<T[], void> {
  let piece: T[] = [];
  for (const item of items) {
    piece.push(item);
    if (piece.length < size) continue;
    yield piece;
    piece = [];
  }
  if (piece.length > 0) yield piece;
}
