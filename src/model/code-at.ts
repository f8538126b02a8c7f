/**
 * `text.charCodeAt(index)`, and -1 where no character stands: before the text and past its end. V8 reads characters
 * inline only where a call has never left the text; one line that ends early makes it a call of several times the
 * price for every line after, so scanners that may look past an end look through this.
 */
export function codeAt(text: string, index: number): number {
  return index >= 0 && index < text.length ? text.charCodeAt(index) : -1;
}
