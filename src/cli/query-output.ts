import { renderCsv, renderCsvHead } from '../report/csv.js';
import { renderTable } from '../report/table.js';
import type { Item, Want } from '../search/messages.js';
import type { SearchOutcome } from '../search/search.js';
import type { CliIo } from './io.js';

export const FORMATS = ['table', 'json', 'ndjson', 'csv'] as const;
export type Format = (typeof FORMATS)[number];

/** Rows that are aligned together; a slow search shows what it has sooner. */
const ROWS = 500;
const PATIENCE_MS = 700;
/** Stretches of a histogram that are shown though they are empty, at most. */
const MOST_EMPTY = 10_000;
const BAR = 40;

/** Events as they come, newest first. */
export class EventWriter {
  readonly #io: CliIo;
  readonly #format: Format;
  #heading: readonly string[] | null;
  #rows: (readonly string[])[] = [];
  #shownAt = Date.now();
  #count = 0;

  constructor(io: CliIo, format: Format, fields: readonly string[] | null) {
    this.#io = io;
    this.#format = format;
    this.#heading = fields;
  }

  async write(items: readonly Item[]): Promise<void> {
    for (const item of items) this.#put(item);
    if (this.#rows.length >= ROWS || Date.now() - this.#shownAt > PATIENCE_MS) this.#showRows();
    await this.#io.finish();
  }

  async end(_outcome: SearchOutcome): Promise<void> {
    this.#showRows();
    if (this.#format === 'json') this.#io.out(this.#count === 0 ? '[]\n' : '\n]\n');
    await this.#io.finish();
  }

  #put(item: Item): void {
    if (typeof item !== 'string') this.#rows.push(item);
    else if (this.#format === 'json') this.#io.out(`${this.#count === 0 ? '[\n' : ',\n'}${item}`);
    else this.#io.out(`${item}\n`);
    this.#count++;
  }

  #showRows(): void {
    this.#shownAt = Date.now();
    if (this.#rows.length === 0) return;
    if (this.#format === 'csv') {
      if (this.#heading !== null) this.#io.out(renderCsvHead(this.#heading));
      this.#io.out(renderCsv(this.#rows));
    } else {
      const rows = this.#heading === null ? this.#rows : [this.#heading, ...this.#rows];
      this.#io.out(renderTable(rows, { width: this.#io.width }));
    }
    this.#heading = null;
    this.#rows = [];
  }
}

type Counted = Extract<Want, { kind: 'values' | 'histogram' }>;

/** Counts, once all are known. */
export class CountWriter {
  readonly #io: CliIo;
  readonly #format: Format;
  readonly #want: Counted;
  readonly #top: number;

  constructor(io: CliIo, format: Format, want: Counted, top: number) {
    this.#io = io;
    this.#format = format;
    this.#want = want;
    this.#top = top;
  }

  write(): void {}

  async end({ counts, others }: SearchOutcome): Promise<void> {
    const want = this.#want;
    const name = want.kind === 'values' ? want.field : '@timestamp';
    const rows = want.kind === 'values' ? topOf(counts, this.#top) : stretches(counts, want.width);
    const objects = rows.map(([value, count]) => ({ [name]: value, count }));
    if (others > 0 && want.kind === 'values')
      objects.push({ [name]: null as unknown as string, count: others });
    switch (this.#format) {
      case 'json':
        this.#io.out(`${JSON.stringify(objects, null, 2)}\n`);
        break;
      case 'ndjson':
        for (const object of objects) this.#io.out(`${JSON.stringify(object)}\n`);
        break;
      case 'csv':
        this.#io.out(renderCsvHead([name, 'count']));
        this.#io.out(renderCsv(rows.map(([value, count]) => [value, String(count)])));
        break;
      case 'table':
        if (rows.length > 0) this.#io.out(this.#table(name, rows));
    }
    await this.#io.finish();
  }

  #table(name: string, rows: readonly (readonly [string, number])[]): string {
    const most = Math.max(...rows.map(([, count]) => count));
    const cells = rows.map(([value, count]) => [
      value === '' ? '(empty)' : value,
      String(count),
      '▇'.repeat(Math.ceil((count / most) * BAR)),
    ]);
    return renderTable([[name, 'COUNT', ''], ...cells], { width: this.#io.width });
  }
}

/** Most frequent first, then by name. */
function topOf(counts: ReadonlyMap<string, number>, top: number): [string, number][] {
  return [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).slice(0, top);
}

/** By time, with the empty ones between. */
function stretches(counts: ReadonlyMap<string, number>, width: number): [string, number][] {
  const starts = [...counts.keys()].map(Number).sort((a, b) => a - b);
  const [first, last] = [starts[0], starts.at(-1)];
  if (first === undefined || last === undefined) return [];
  const isLong = (last - first) / width > MOST_EMPTY;
  const shown = isLong
    ? starts
    : Array.from({ length: Math.round((last - first) / width) + 1 }, (_, i) => first + i * width);
  return shown.map((start) => [new Date(start).toISOString(), counts.get(String(start)) ?? 0]);
}
