import { formatCount, numbered } from '../model/units.js';
import type { Damage } from '../search/messages.js';
import type { SearchProgress } from '../search/search.js';
import { visible } from '../telemetry/visible.js';
import type { CliIo } from './io.js';

const EVERY_MS = 100;

/** One line on stderr that is written over, on a terminal only. */
export class ProgressLine {
  readonly #io: CliIo;
  #shownAt = 0;

  constructor(io: CliIo) {
    this.#io = io;
  }

  show({ matches, records, skipped, segments, segmentsDone }: SearchProgress): void {
    const now = Date.now();
    if (!this.#io.errIsTty || now - this.#shownAt < EVERY_MS) return;
    this.#shownAt = now;
    this.#io.err(
      `\r\x1b[K${formatCount(matches)} found · ${formatCount(records)} looked at, ${formatCount(skipped)} skipped · segment ${segmentsDone} of ${segments}`,
    );
  }

  clear(): void {
    if (this.#shownAt === 0) return;
    this.#io.err('\r\x1b[K');
    this.#shownAt = 0;
  }
}

/** What was lost, for people. */
export function damageText({ path, reason, firstSeq, lastSeq, records }: Damage): string {
  const chunks =
    firstSeq === null ? 'all of it' : `chunks ${firstSeq} to ${lastSeq === null ? 'the end' : lastSeq}`;
  const lost = records === null ? '' : `, ${numbered(records, 'record')}`;
  return `${visible(path)} is damaged (${visible(reason)}): ${chunks}${lost} could not be read.`;
}
