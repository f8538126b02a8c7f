import type { RecencyNode } from '../model/recency-list.js';
import { ADDRESS, HOST, IDENTITY, SENT_WIDTH, type Sent } from '../model/sent.js';
import type { Code } from '../telemetry/codes.js';
import { whoMoved } from './moved.js';
import { isRegular, learnGap, newRhythm, quietLimit, type RhythmOptions } from './rhythm.js';
import { countRow, type Sender, type SenderStats, setSenderBack, statsOf } from './sender.js';
import { groupOf, groupTogether, type SilenceNews, silenceOf, silenceTogether } from './silence.js';
import { type SavedSource, SenderTable, type SourceSenders } from './table.js';

export interface SenderWatchOptions extends RhythmOptions {
  /** Senders held at most. */
  readonly max: number;
  /** Whether silence is told of. */
  readonly silence: boolean;
  readonly count: (code: Code, n: number) => void;
}

export interface SenderWatchSnapshot {
  readonly sources: readonly SavedSource[];
}

/** The senders of one source that are silent and those that were heard last, newest first, and how many there are in all. */
export interface SourceSenderStats {
  readonly total: number;
  readonly senders: readonly SenderStats[];
}

/** So many that are late at once have a common cause. */
const TOGETHER = 3;
/** Whoever is silent for so long is given up: its alert ends, and it is a new sender when it comes back. */
const GIVE_UP_MS = 7 * 86_400_000;
const NO_NEWS: readonly SilenceNews[] = [];

/**
 * Who sends what, and who no longer does. The only clock is receive time as the log has it: that of chunks, ticks and
 * of the records that say which sources listen. So the same log gives the same news.
 */
export class SenderWatch {
  readonly #options: SenderWatchOptions;
  readonly #table: SenderTable;
  /** News of what evictions end, until they are told. */
  #evictionNews: SilenceNews[] = [];
  #dueAt = Number.NEGATIVE_INFINITY;

  constructor(options: SenderWatchOptions) {
    this.#options = options;
    this.#table = new SenderTable(options.max, (sender) => this.#evicted(sender));
  }

  /** Receive time, ms, after which a tick is needed to judge silence; Infinity = nobody would be missed. */
  get dueAt(): number {
    return this.#dueAt;
  }

  /** Senders known. */
  get size(): number {
    return this.#table.size;
  }

  /** The chunk at `seq` came by a source at `now`, ms of receive time. */
  hear(sourceName: string, sent: Sent, seq: number, now: number): readonly SilenceNews[] {
    if (sent.skipped > 0) this.#options.count('senders.skipped', sent.skipped);
    const source = this.#table.sourceOf(sourceName);
    const news: SilenceNews[] = [];
    for (let i = 0; i < sent.count; i++) this.#hearRow(source, sent, i * SENT_WIDTH, seq, now, news);
    if (this.#evictionNews.length > 0) news.push(...this.#evictionNews.splice(0));
    return news;
  }

  /** Of these sources records can come from here on, of no other. Silence of those that begin to listen counts from `now`, ms. */
  listen(names: readonly string[], now: number): void {
    for (const name of names) this.#table.sourceOf(name);
    for (const source of this.#table.sources) {
      const listens = names.includes(source.name);
      if (listens && !source.listening) {
        for (const list of [source.regular, source.others])
          for (const sender of list) sender.quietSince = Math.max(sender.quietSince, now);
        if (source.regular.size > 0) this.#lookBy(now);
      }
      source.listening = listens;
    }
  }

  /** The clock was set back to `now`, ms: nobody was heard later, and silence counts from here. */
  setBack(now: number): void {
    for (const sender of this.#table) setSenderBack(sender, now);
    this.#lookBy(now);
  }

  /** Time has come to `now`, ms of receive time. */
  tick(now: number): readonly SilenceNews[] {
    if (!(now > this.#dueAt)) return NO_NEWS;
    const news: SilenceNews[] = [];
    for (const source of this.#table.sources) {
      this.#giveUp(source, this.#options.silence ? now - GIVE_UP_MS : Number.POSITIVE_INFINITY, news);
      if (source.listening && this.#options.silence) this.#judge(source, now, news);
    }
    this.#dueAt = this.#options.silence ? this.#nextDue() : Number.POSITIVE_INFINITY;
    return news;
  }

  /** By source, at most `limit` of each: who is silent is looked for, and would be the first to be left out. `now`: ms, for the rates. */
  stats(limit: number, now: number): Record<string, SourceSenderStats> {
    const bySource: Record<string, SourceSenderStats> = Object.create(null);
    for (const source of this.#table.sources) {
      const all = [...source.regular, ...source.others].sort(byLastHeard);
      const silent = all.filter(({ told }) => told !== 'no').slice(0, limit);
      const heard = all.filter(({ told }) => told === 'no').slice(0, limit - silent.length);
      bySource[source.name] = {
        total: source.size,
        senders: [...heard, ...silent].sort(byLastHeard).map((sender) => statsOf(sender, now)),
      };
    }
    return bySource;
  }

  snapshot(): SenderWatchSnapshot {
    return { sources: this.#table.snapshot() };
  }

  /** Takes over a snapshot. The watch must be new. */
  restore({ sources }: SenderWatchSnapshot): void {
    this.#table.restore(sources);
  }

  #hearRow(
    source: SourceSenders,
    sent: Sent,
    at: number,
    seq: number,
    now: number,
    news: SilenceNews[],
  ): void {
    const { rows, texts } = sent;
    const name = {
      address: texts[rows[at + ADDRESS]!]!,
      identity: textAt(texts, rows[at + IDENTITY]!),
      host: textAt(texts, rows[at + HOST]!),
    };
    const known = source.find(name.address, name.identity, name.host);
    const node = known ?? this.#table.addNew(source, name, now);
    const sender = node.item;
    if (known !== undefined) this.#heardAgain(source, node, now, news);
    countRow(sender, sent, at, seq, now);
  }

  #heardAgain(source: SourceSenders, node: RecencyNode<Sender>, now: number, news: SilenceNews[]): void {
    const sender = node.item;
    const wasRegular = sender.regular;
    learnGap(sender.rhythm, Math.max(0, now - sender.quietSince), now, sender.told !== 'no');
    sender.quietSince = Math.max(sender.quietSince, now);
    sender.regular = isRegular(sender.rhythm, this.#options);
    if (sender.told !== 'no') this.#comeBack(source, sender, now, news);
    const list = wasRegular ? source.regular : source.others;
    if (sender.regular) this.#lookBy(now);
    if (sender.regular === wasRegular) list.refresh(node);
    else {
      list.remove(node);
      (sender.regular ? source.regular : source.others).append(node);
    }
  }

  /** Whoever falls silent at `now` is due no earlier than this. */
  #lookBy(now: number): void {
    if (this.#options.silence) this.#dueAt = Math.min(this.#dueAt, now + this.#options.atLeastMs);
  }

  #judge(source: SourceSenders, now: number, news: SilenceNews[]): void {
    const isLate = (sender: Sender, part: number): boolean =>
      sender.told === 'no' && now - sender.quietSince > part * quietLimit(sender.rhythm, this.#options);
    const overdue = [...source.regular].filter((sender) => isLate(sender, 1));
    if (overdue.length === 0) return;
    const hasMoved = whoMoved(this.#table, this.#options, now);
    const [moved, due] = [overdue.filter(hasMoved), overdue.filter((sender) => !hasMoved(sender))];
    for (const sender of moved) this.#expectNoMore(source, sender, now);
    if (due.length === 0) return;
    const late = [...source.regular].filter((sender) => isLate(sender, 0.5) && !hasMoved(sender));
    const isJoining = ({ address }: Sender): boolean =>
      source.together.has('') || source.together.has(address);
    // All of a group at once: each telling goes through everybody who is silent there.
    const joining = new Map<string, Sender[]>();
    for (const sender of due.filter(isJoining)) {
      const address = source.together.has('') ? '' : sender.address;
      const group = joining.get(address);
      if (group === undefined) joining.set(address, [sender]);
      else group.push(sender);
    }
    for (const [address, group] of joining) this.#tellTogether(source, address, group, now, news);
    if (due.every(isJoining)) return;
    const suspects = late.filter((sender) => !isJoining(sender));
    if (suspects.length >= TOGETHER) {
      const addresses = new Set(suspects.map(({ address }) => address));
      const address = addresses.size === 1 ? suspects[0]!.address : '';
      this.#tellTogether(source, address, suspects, now, news);
      return;
    }
    for (const sender of due) {
      if (sender.told !== 'no') continue;
      sender.told = 'alone';
      news.push(silenceOf(sender, now));
    }
  }

  /** `address`: of all of them; empty = the whole source. */
  #tellTogether(
    source: SourceSenders,
    address: string,
    more: readonly Sender[],
    now: number,
    news: SilenceNews[],
  ): void {
    const together = source.together.get(address) ?? { size: 0, missing: 0 };
    source.together.set(address, together);
    together.size += more.length;
    together.missing += more.length;
    for (const sender of more) sender.told = address === '' ? 'source' : 'address';
    const missing = membersOf(source, address);
    const there = [...source.regular].filter((sender) => address === '' || sender.address === address);
    const counts = { missing, more: more.length, regular: there.length };
    news.push(silenceTogether({ source: source.name, address }, counts, now));
  }

  /** It is heard. Once half of those that fell silent together are, the rest is judged alone, from here on. */
  #comeBack(source: SourceSenders, sender: Sender, now: number, news: SilenceNews[]): void {
    const { told } = sender;
    sender.told = 'no';
    if (told === 'alone') {
      news.push({ kind: 'over', group: groupOf(sender) });
      return;
    }
    const address = told === 'address' ? sender.address : '';
    const together = source.together.get(address)!;
    together.missing--;
    if (together.missing * 2 > together.size) return;
    for (const member of membersOf(source, address)) {
      member.told = 'no';
      member.quietSince = now;
    }
    this.#lookBy(now);
    source.together.delete(address);
    news.push({ kind: 'over', group: groupTogether(source.name, address) });
  }

  /** Forgets those who are told of and were last heard before `before`, with all who were told of with them. */
  #giveUp(source: SourceSenders, before: number, news: SilenceNews[]): void {
    const isGone = ({ told, lastSeen }: Sender): boolean => told !== 'no' && lastSeen < before;
    const gone = [...source.regular].filter(isGone);
    if (gone.length === 0) return;
    for (const sender of gone.filter(({ told }) => told === 'alone')) {
      this.#forget(source, sender);
      news.push({ kind: 'over', group: groupOf(sender) });
    }
    for (const address of new Set(gone.filter(({ told }) => told !== 'alone').map(addressTold))) {
      for (const member of membersOf(source, address)) this.#forget(source, member);
      source.together.delete(address);
      news.push({ kind: 'over', group: groupTogether(source.name, address) });
    }
  }

  #forget(source: SourceSenders, { address, identity, host }: Sender): void {
    this.#table.remove(source, source.find(address, identity, host)!, source.regular);
  }

  /** It goes on elsewhere: here it would have to be learned anew. */
  #expectNoMore(source: SourceSenders, sender: Sender, now: number): void {
    const node = source.find(sender.address, sender.identity, sender.host)!;
    sender.rhythm = newRhythm(now);
    sender.regular = false;
    source.regular.remove(node);
    source.others.append(node);
  }

  #evicted(sender: Sender): void {
    this.#options.count('senders.evicted', 1);
    if (sender.told === 'no') return;
    if (sender.told === 'alone') {
      this.#evictionNews.push({ kind: 'over', group: groupOf(sender) });
      return;
    }
    const source = this.#table.sourceOf(sender.source);
    const address = addressTold(sender);
    const together = source.together.get(address)!;
    together.size--;
    together.missing--;
    if (together.missing > 0) return;
    source.together.delete(address);
    this.#evictionNews.push({ kind: 'over', group: groupTogether(source.name, address) });
  }

  #nextDue(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const { listening, regular } of this.#table.sources) {
      for (const { told, lastSeen, quietSince, rhythm } of regular) {
        if (told !== 'no') next = Math.min(next, lastSeen + GIVE_UP_MS);
        else if (listening) next = Math.min(next, quietSince + quietLimit(rhythm, this.#options));
      }
    }
    return next;
  }
}

/** Those whose silence was told of as that of the address, or of the source. */
function membersOf({ regular }: SourceSenders, address: string): Sender[] {
  return [...regular].filter((sender) => isTogether(sender) && addressTold(sender) === address);
}

function isTogether({ told }: Sender): boolean {
  return told === 'address' || told === 'source';
}

function addressTold({ told, address }: Sender): string {
  return told === 'address' ? address : '';
}

/** Newest first. */
function byLastHeard(a: Sender, b: Sender): number {
  return b.lastSeen - a.lastSeen || b.firstSeen - a.firstSeen;
}

function textAt(texts: readonly string[], place: number): string | null {
  return place === 0 ? null : texts[place - 1]!;
}
