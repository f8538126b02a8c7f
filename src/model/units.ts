/** Sizes (`64MiB`) and durations (`5m`) as people write them in config, and numbers as they read them. */

const SIZES: Record<string, number> = {
  '': 1,
  b: 1,
  kb: 1e3,
  kib: 1024,
  mb: 1e6,
  mib: 1024 ** 2,
  gb: 1e9,
  gib: 1024 ** 3,
  tb: 1e12,
  tib: 1024 ** 4,
};

const DURATIONS: Record<string, number> = { ms: 1, s: 1e3, m: 60e3, h: 3600e3, d: 86400e3, w: 7 * 86400e3 };

/** Bytes, or null when the text is not a size. A bare number is bytes. */
export function parseBytes(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text.trim());
  const unit = SIZES[match?.[2]?.toLowerCase() ?? '?'];
  return match === null || unit === undefined ? null : Math.round(Number(match[1]) * unit);
}

/** Milliseconds, or null when the text is not a duration. The unit is required: `5` could be anything. */
export function parseDuration(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d|w)$/.exec(text.trim());
  const unit = DURATIONS[match?.[2] ?? '?'];
  return match === null || unit === undefined ? null : Math.round(Number(match[1]) * unit);
}

/** `1,234,567` */
export function formatCount(n: number): string {
  return n.toLocaleString('en-US');
}

/** `1 alert`, `1,234 alerts` */
export function numbered(n: number, what: string): string {
  return `${formatCount(n)} ${what}${n === 1 ? '' : 's'}`;
}

export function formatBytes(bytes: number): string {
  for (const [unit, size] of [
    ['TiB', 1024 ** 4],
    ['GiB', 1024 ** 3],
    ['MiB', 1024 ** 2],
    ['KiB', 1024],
  ] as const) {
    if (bytes >= size) return `${Math.round((bytes / size) * 10) / 10} ${unit}`;
  }
  return `${bytes} B`;
}

export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)}ms`;
  const seconds = Math.round(ms / 1000);
  const parts: string[] = [];
  for (const [unit, size] of [
    ['d', 86400],
    ['h', 3600],
    ['m', 60],
  ] as const) {
    const n = Math.floor(seconds / size) % (unit === 'd' ? Number.POSITIVE_INFINITY : unit === 'h' ? 24 : 60);
    if (n > 0) parts.push(`${n}${unit}`);
  }
  const rest = seconds % 60;
  if (rest > 0 || parts.length === 0) parts.push(`${rest}s`);
  return parts.slice(0, 2).join('');
}

const MAX_DATE = 8.64e15;

/** UTC with milliseconds, of a time in ms; what lies beyond all dates is the last or first one. */
export function isoTime(ms: number): string {
  return new Date(Math.min(Math.max(ms, -MAX_DATE), MAX_DATE)).toISOString();
}
