/** The text of one document and the line, 1-based, where it begins in the file. */
export interface DocumentText {
  readonly text: string;
  readonly line: number;
}

/** Cuts before each `---` that follows content; directives and comments stay with the document they precede. */
export function splitDocuments(text: string): DocumentText[] {
  if (!text.includes('\n---')) return [{ text, line: 1 }];
  const parts: DocumentText[] = [];
  let start = 0;
  let startLine = 1;
  let line = 1;
  let hasContent = false;
  for (let at = 0; at < text.length; line++) {
    const newline = text.indexOf('\n', at);
    const end = newline < 0 ? text.length : newline + 1;
    if (text.startsWith('---', at) && isBlankAt(text, at + 3)) {
      if (hasContent) {
        parts.push({ text: text.slice(start, at), line: startLine });
        start = at;
        startLine = line;
      }
      hasContent = true;
    } else if (!hasContent) {
      const first = text.charAt(at);
      hasContent = first !== '%' && first !== '#' && text.slice(at, end).trim() !== '';
    }
    at = end;
  }
  parts.push({ text: text.slice(start), line: startLine });
  return parts;
}

function isBlankAt(text: string, at: number): boolean {
  const char = text.charAt(at);
  return char === '' || char === ' ' || char === '\n' || char === '\r' || char === '\t';
}
