import { formatDuration } from '../model/units.js';
import type { SenderStatsBySource } from '../protocol.js';
import { renderTable } from '../report/table.js';
import type { SenderStats } from '../senders/sender.js';
import { visible } from '../telemetry/visible.js';

const HEADING = ['SENDER', 'ADDRESS', 'RECORDS', 'PER S', 'KNOWN', 'FORMATS', 'CLOCK', 'LAST HEARD', ''];

/** Senders by source, with a record of each that nobody recognised. `now`: ms. */
export function renderSenders(bySource: SenderStatsBySource, now: number, width: number): string {
  const parts = Object.entries(bySource).map(([source, { total, senders }]) => {
    const shown = senders.length < total ? `${senders.length} of ${total}, newest first` : `${total}`;
    const table = renderTable([HEADING, ...senders.map((sender) => cellsOf(sender, now))], { width });
    return `${visible(source)}: ${shown}\n${senders.length === 0 ? '' : table}${samplesOf(senders)}`;
  });
  return parts.length === 0 ? 'No sender has been heard yet.\n' : parts.join('\n');
}

function cellsOf(sender: SenderStats, now: number): string[] {
  const { host, address, identity, records, unrecognized, rate, formats, clock_skew_ms, quiet } = sender;
  return [
    host ?? address,
    identity === undefined ? address : `${address} (${identity})`,
    `${records}`,
    `${Math.round(rate * 10) / 10}`,
    `${Math.floor((100 * (records - unrecognized)) / records)}%`,
    Object.keys(formats).join(', '),
    clock_skew_ms === null ? 'unknown' : clockText(clock_skew_ms),
    `${formatDuration(Math.max(0, now - Date.parse(sender.last_seen)))} ago`,
    quiet ? 'silent' : '',
  ];
}

/** Stamps of whole seconds say no more than that. */
function clockText(skewMs: number): string {
  if (Math.abs(skewMs) < 2000) return 'right';
  return `${formatDuration(Math.abs(skewMs))} ${skewMs > 0 ? 'behind' : 'ahead'}`;
}

function samplesOf(senders: readonly SenderStats[]): string {
  return senders
    .filter(({ sample }) => sample !== undefined)
    .map(
      ({ host, address, sample }) =>
        `  not recognised, of ${visible(host ?? address)}: ${visible(sample!)}\n`,
    )
    .join('');
}
