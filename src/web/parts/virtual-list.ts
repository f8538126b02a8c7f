import type { VNode } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { html } from '../kit/html.js';
import { windowOf } from '../kit/list-window.js';

interface VirtualListProps {
  readonly label: string;
  readonly count: number;
  /** Of every row, px. */
  readonly rowHeight: number;
  readonly row: (place: number) => VNode;
  /** The last rows are near. */
  readonly onEnd?: () => void;
  /** Whether the first row is at the top of what is seen. */
  readonly onTop?: (isTop: boolean) => void;
}

const NEAR_END = 50;

/** A long list of rows of one height, of which only those in sight exist. */
export function VirtualList({ label, count, rowHeight, row, onEnd, onTop }: VirtualListProps) {
  const element = useRef<HTMLDivElement>(null);
  const [scrolled, setScrolled] = useState(0);
  const [height, setHeight] = useState(600);

  useLayoutEffect(() => {
    const observer = new ResizeObserver(() => setHeight(element.current?.clientHeight ?? 0));
    observer.observe(element.current!);
    return () => observer.disconnect();
  }, []);

  const { first, last, total, topOf } = windowOf({ count, rowHeight, height, scrolled });
  const isNearEnd = last >= count - NEAR_END;
  // Each time that more rows have come and their end is near again.
  useEffect(() => {
    if (isNearEnd) onEnd?.();
  }, [isNearEnd, count]);
  const isTop = scrolled < rowHeight;
  useEffect(() => onTop?.(isTop), [isTop, onTop]);

  const rows: VNode[] = [];
  for (let place = first; place < last; place++)
    rows.push(html`<div
      key=${place}
      class="virtual-row"
      role="listitem"
      aria-setsize=${count}
      aria-posinset=${place + 1}
      style=${{ top: `${topOf(place)}px`, height: `${rowHeight}px` }}
    >${row(place)}</div>`);
  return html`<div
    ref=${element}
    class="virtual-list"
    role="list"
    aria-label=${label}
    onScroll=${(event: Event) => setScrolled((event.target as HTMLElement).scrollTop)}
  >
    <div class="virtual-all" style=${{ height: `${total}px` }}>${rows}</div>
  </div>`;
}
