import {
  EVENT_ALIAS,
  EVENT_DOCUMENT,
  EVENT_MAPPING,
  EVENT_POP,
  EVENT_SCALAR,
  type Event,
  getScalarValue,
  parseEvents,
} from 'js-yaml';

/**
 * Line (1-based) of each key and list member of the first document, by path: `sources.0.listen`. js-yaml's values
 * carry no positions, its events do.
 */
export function yamlLines(text: string): ReadonlyMap<string, number> {
  const events = parseEvents(text, {});
  const lines = new Map<string, number>();
  const lineAt = lineFinder(text);
  let next = 0;

  const node = (path: string): void => {
    const event = events[next++];
    if (event === undefined || event.type === EVENT_SCALAR || event.type === EVENT_ALIAS) return;
    for (let index = 0; next < events.length && events[next]!.type !== EVENT_POP; index++) {
      const member = events[next]!;
      const isMapping = event.type === EVENT_MAPPING;
      const key = !isMapping
        ? String(index)
        : member.type === EVENT_SCALAR
          ? getScalarValue(text, member)
          : '?';
      const child = path === '' ? key : `${path}.${key}`;
      lines.set(child, lineAt(offsetOf(member)));
      if (isMapping) node(child);
      node(child);
    }
    next++;
  };

  if (events[next]?.type === EVENT_DOCUMENT) next++;
  if (events[next]?.type !== EVENT_POP) node('');
  return lines;
}

function offsetOf(event: Event): number {
  if (event.type === EVENT_SCALAR) return event.valueStart;
  if (event.type === EVENT_ALIAS) return event.anchorStart;
  return 'start' in event ? event.start : 0;
}

function lineFinder(text: string): (offset: number) => number {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    for (let high = starts.length - 1; low < high; ) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  };
}
