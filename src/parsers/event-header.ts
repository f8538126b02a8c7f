import { codeAt } from '../model/code-at.js';
/** Whether a CEF or LEEF header begins at `at`: such a message has no tag, and no further header parts. */
export function isEventHeader(text: string, at: number): boolean {
  const first = codeAt(text, at);
  return (first === 67 && text.startsWith('CEF:', at)) || (first === 76 && text.startsWith('LEEF:', at));
}
