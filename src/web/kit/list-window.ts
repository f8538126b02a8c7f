/** Rows drawn above and below what is seen, so that keys can go on to them. */
const BEYOND = 8;
/** Browsers end elements at some 17 to 33 million px; beyond this the scroll bar stands for more than it is long. */
const LONGEST_PX = 15_000_000;

export interface ListView {
  readonly count: number;
  readonly rowHeight: number;
  readonly height: number;
  readonly scrolled: number;
}

/** Which rows are to be drawn (from `first`, before `last`), how long all is, and where each lies. */
export function windowOf({ count, rowHeight, height, scrolled }: ListView) {
  const full = count * rowHeight;
  const total = Math.min(full, LONGEST_PX);
  // How far the first px in sight is from the start, were the list as long as it would be.
  const ratio = total > height ? (full - height) / (total - height) : 1;
  const offset = Math.max(0, Math.min(scrolled, total - height)) * ratio;
  const shift = scrolled - offset;
  return {
    total,
    first: Math.max(0, Math.floor(offset / rowHeight) - BEYOND),
    last: Math.min(count, Math.ceil((offset + height) / rowHeight) + BEYOND),
    topOf: (place: number): number => place * rowHeight + (ratio === 1 ? 0 : shift),
  };
}
