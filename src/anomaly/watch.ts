import {
  DAY_MINUTES,
  ENTITY,
  type EntityMinutes,
  EVENTS,
  FIRST,
  HOST,
  HOUR_MINUTES,
  INDEX,
  IS_SOURCE,
  LAST,
  MINUTE,
  MINUTE_MS,
  ORIGINAL,
  ROW_WIDTH,
} from '../model/entity-minute.js';
import type { Code } from '../telemetry/codes.js';
import { createBaseline } from './baseline.js';
import { type BudgetSnapshot, ShareBudget } from './budget.js';
import { type Contribution, contributions, contributionText } from './explain.js';
import { FEATURE_COUNT, type MinuteView, readFeatures } from './features.js';
import { scoreOf } from './forest.js';
import type { Model } from './model.js';
import { OpenMinutes, type OpenMinutesSnapshot } from './open-minutes.js';
import { classOf, ownerOf } from './owner.js';
import { Profiles, type ProfilesSnapshot } from './profiles.js';
import { FairSample, type LearningSet, type SampleSnapshot } from './sample.js';
import { hashText } from './sketch.js';

/** An entity-minute that is unlike what the model knows. */
export interface Anomaly {
  readonly entity: string;
  readonly isSource: boolean;
  readonly host: string | null;
  /** Since the epoch. */
  readonly minute: number;
  /** Event times of its first and last event, ms. */
  readonly first: number;
  readonly last: number;
  readonly events: number;
  readonly score: number;
  readonly threshold: number;
  readonly features: readonly Contribution[];
  /** Why, in a sentence. */
  readonly reason: string;
  /** The first event of the minute. */
  readonly seq: number;
  readonly index: number;
  readonly original: string;
}

/** A minute with a high score, for showing. */
export interface RankedMinute {
  readonly entity: string;
  readonly minute: number;
  readonly score: number;
  readonly reason: string;
}

export interface WatchOptions {
  readonly maxShare: number;
  readonly maxEntities: number;
  readonly allowedLatenessMs: number;
  readonly count: (code: Code, n: number) => void;
  /** The model of that name, null when it is missing or damaged. */
  readonly modelById: (id: string) => Model | null;
  /** Told of every minute, for measuring. */
  readonly onScored?: (entity: string, minute: number, score: number) => void;
}

export interface WatchSnapshot {
  readonly modelId: string;
  readonly now: number;
  readonly watchedFrom: number;
  readonly newestMinute: number;
  readonly modelAt: number;
  readonly scored: number;
  readonly anomalies: number;
  readonly ranked: readonly RankedMinute[];
  readonly open: OpenMinutesSnapshot;
  readonly profiles: ProfilesSnapshot;
  readonly sample: SampleSnapshot;
  readonly budget: BudgetSnapshot;
}

export interface WatchStats {
  readonly model: string;
  readonly threshold: number;
  readonly trainedOn: number;
  readonly open: number;
  readonly profiles: number;
  readonly sample: number;
  readonly scored: number;
  readonly anomalies: number;
}

const SAMPLE_SIZE = 16_384;
/** A first model needs so many vectors, and an hour. */
const MIN_SAMPLE = 1024;
const MAX_RANKED = 20;
const SHOWN_CAUSES = 3;

/**
 * The anomaly stage as the keeper runs it: gathers entity-minutes in log order, scores each when it closes, and learns
 * from it. The only clock is receive time as the log has it, so the same log gives the same anomalies.
 */
export class AnomalyWatch {
  readonly #options: WatchOptions;
  readonly #open: OpenMinutes;
  readonly #profiles: Profiles;
  readonly #sample = new FairSample(SAMPLE_SIZE);
  readonly #budget: ShareBudget;
  readonly #vector = new Float32Array(FEATURE_COUNT);
  /** Name of the model's file; empty for the baseline. */
  #modelId = '';
  #model: Model;
  /** Newest receive time, ms. */
  #now = 0;
  /** Receive time, in minutes: when the first minute closed, and since when the model is in use. */
  #watchedFrom = Number.POSITIVE_INFINITY;
  #modelAt = 0;
  #newestMinute = 0;
  #scored = 0;
  #anomalies = 0;
  /** Highest score first. */
  #ranked: RankedMinute[] = [];

  /** Begins with the baseline. */
  constructor(options: WatchOptions) {
    const { maxShare, maxEntities, allowedLatenessMs, count } = options;
    this.#options = options;
    this.#model = createBaseline(maxShare);
    this.#budget = new ShareBudget(maxShare);
    this.#profiles = new Profiles(maxEntities, () => count('anomaly.forgotten', 1));
    this.#open = new OpenMinutes({
      max: maxEntities,
      allowedLatenessMs,
      onEvicted: () => count('anomaly.evicted', 1),
    });
  }

  /** Closes what is due at the receive time of a chunk (ms), then adds the chunk's minutes. */
  apply(seq: number, source: string, minutes: EntityMinutes, receivedAt: number): readonly Anomaly[] {
    const anomalies = this.tick(receivedAt);
    if (minutes.skipped > 0) this.#options.count('anomaly.skipped', minutes.skipped);
    for (let i = 0; i < minutes.count; i++) this.#add(seq, source, minutes, i * ROW_WIDTH);
    return anomalies;
  }

  /** Closes what is due at `now`, ms of receive time. */
  tick(now: number): readonly Anomaly[] {
    if (now > this.#now) this.#now = now;
    if (!this.#open.isDue(this.#now)) return NO_ANOMALIES;
    const places = this.#open.due(this.#now, (count) => this.#options.count('anomaly.early', count));
    const anomalies: Anomaly[] = [];
    for (const place of places) {
      const anomaly = this.#close(place);
      if (anomaly !== null) anomalies.push(anomaly);
    }
    this.#open.close(places);
    return anomalies;
  }

  get modelId(): string {
    return this.#modelId;
  }

  /** Another model from here on; one that is missing or damaged is counted, and the one in use stays. */
  useModel(id: string): void {
    const model = this.#options.modelById(id);
    if (model === null) {
      this.#options.count('anomaly.model_missing', 1);
      return;
    }
    this.#modelId = id;
    this.#model = model;
    this.#modelAt = minuteOf(this.#now);
  }

  /**
   * The clock was set back to `now`, ms: what was known of later was of now, and what is open of minutes that are still to come is
   * let go.
   */
  setBack(now: number): void {
    if (now >= this.#now) return;
    this.#now = now;
    const minute = minuteOf(now);
    const dropped = this.#open.setBack(now);
    if (dropped > 0) this.#options.count('anomaly.late', dropped);
    this.#profiles.setBack(minute);
    this.#sample.setBack(minute);
    this.#budget.setBack(minute);
    this.#watchedFrom = Math.min(this.#watchedFrom, minute);
    this.#modelAt = Math.min(this.#modelAt, minute);
    this.#newestMinute = Math.min(this.#newestMinute, minute);
    this.#ranked = this.#ranked.filter((one) => one.minute <= minute);
  }

  /**
   * Whether it is time for a new model: after an hour, then whenever what was seen has doubled, at last daily. By receive time: one
   * record that states another day would make an hour of minutes a day.
   */
  get isDueForTraining(): boolean {
    if (this.#sample.size < MIN_SAMPLE) return false;
    const since = Math.max(this.#watchedFrom, this.#modelAt);
    const wait = Math.min(Math.max(since - this.#watchedFrom, HOUR_MINUTES), DAY_MINUTES);
    return minuteOf(this.#now) - since >= wait;
  }

  /** What a new model should learn from. */
  learningSet(): LearningSet {
    const watchedMinutes = Math.max(minuteOf(this.#now) - this.#watchedFrom, 0);
    return { ...this.#sample.learningSet(this.#newestMinute), watchedMinutes };
  }

  /** The highest scores of the last day. */
  ranked(): readonly RankedMinute[] {
    return this.#ranked;
  }

  stats(): WatchStats {
    const { threshold, trainedOn } = this.#model;
    return {
      model: this.#modelId,
      threshold,
      trainedOn,
      open: this.#open.size,
      profiles: this.#profiles.size,
      sample: this.#sample.size,
      scored: this.#scored,
      anomalies: this.#anomalies,
    };
  }

  snapshot(): WatchSnapshot {
    return {
      modelId: this.#modelId,
      now: this.#now,
      watchedFrom: this.#watchedFrom,
      newestMinute: this.#newestMinute,
      modelAt: this.#modelAt,
      scored: this.#scored,
      anomalies: this.#anomalies,
      ranked: [...this.#ranked],
      open: this.#open.snapshot(),
      profiles: this.#profiles.snapshot(),
      sample: this.#sample.snapshot(),
      budget: this.#budget.snapshot(),
    };
  }

  /** Takes over a snapshot. The watch must be new. */
  restore(snapshot: WatchSnapshot): void {
    if (snapshot.modelId !== '') this.useModel(snapshot.modelId);
    this.#now = snapshot.now;
    this.#watchedFrom = snapshot.watchedFrom;
    this.#newestMinute = snapshot.newestMinute;
    this.#modelAt = snapshot.modelAt;
    this.#scored = snapshot.scored;
    this.#anomalies = snapshot.anomalies;
    this.#ranked = [...snapshot.ranked];
    this.#open.restore(snapshot.open);
    this.#profiles.restore(snapshot.profiles);
    this.#sample.restore(snapshot.sample);
    this.#budget.restore(snapshot.budget);
  }

  #add(seq: number, source: string, { rows, texts }: EntityMinutes, at: number): void {
    const entity = texts[rows[at + ENTITY]!]!;
    const minute = rows[at + MINUTE]!;
    const place = this.#open.find(entity, minute);
    if (place >= 0) {
      this.#open.merge(place, rows, at);
      return;
    }
    const profile = this.#profiles.find(entity);
    if (minute <= this.#profiles.lastMinute(profile)) {
      this.#options.count('anomaly.late', rows[at + EVENTS]!);
      return;
    }
    const host = rows[at + HOST]!;
    this.#open.open(
      {
        entity,
        host: host === 0 ? null : texts[host - 1]!,
        original: texts[rows[at + ORIGINAL]!]!,
        seq,
        index: rows[at + INDEX]!,
        source,
        known: this.#profiles.seen(profile) > 1,
      },
      this.#now,
      rows,
      at,
    );
  }

  #close(place: number): Anomaly | null {
    const { rows } = this.#open;
    const at = place * ROW_WIDTH;
    const { entity } = this.#open.minuteAt(place);
    const isSource = rows[at + IS_SOURCE] === 1;
    const minute = rows[at + MINUTE]!;
    const profile = this.#profiles.find(entity);
    const vector = this.#vector;
    const kind = classOf(entity, isSource);
    const view = { rows, at, kind, profiles: this.#profiles, profile };
    readFeatures(view, vector);
    const owner = ownerOf(entity, isSource);
    const anomaly = this.#judge(place, owner, view);
    this.#profiles.learn(entity, kind, owner, rows, at);
    const hash = hashText(entity, minute);
    this.#sample.offer({ vector, hash, owner, minute, isFirst: profile < 0 });
    if (minute > this.#newestMinute) this.#newestMinute = minute;
    if (this.#watchedFrom === Number.POSITIVE_INFINITY) this.#watchedFrom = minuteOf(this.#now);
    return anomaly;
  }

  #judge(place: number, owner: string, view: MinuteView): Anomaly | null {
    const model = this.#model;
    const minute = view.rows[view.at + MINUTE]!;
    const score = scoreOf(model.forest, this.#vector);
    this.#scored++;
    this.#budget.earn(minute);
    const { entity } = this.#open.minuteAt(place);
    this.#options.onScored?.(entity, minute, score);
    this.#rank(entity, score, view);
    if (score <= model.threshold) return null;
    if (!this.#budget.spend(owner)) {
      this.#options.count('anomaly.over_share', 1);
      return null;
    }
    this.#anomalies++;
    return this.#anomaly(place, score, view);
  }

  #anomaly(place: number, score: number, view: MinuteView): Anomaly {
    const { entity, host, original, seq, index } = this.#open.minuteAt(place);
    const { rows, at } = view;
    const { forest, threshold } = this.#model;
    const minute = rows[at + MINUTE]!;
    const features = contributions(forest, this.#vector, view);
    return {
      ...{ entity, host, minute, score, threshold, features, seq, index, original },
      isSource: rows[at + IS_SOURCE] === 1,
      first: (minute + 1) * MINUTE_MS - rows[at + FIRST]!,
      last: minute * MINUTE_MS + rows[at + LAST]!,
      events: rows[at + EVENTS]!,
      reason: reasonOf(features),
    };
  }

  #rank(entity: string, score: number, view: MinuteView): void {
    const minute = view.rows[view.at + MINUTE]!;
    const lowest = this.#ranked[MAX_RANKED - 1];
    const isOld = lowest !== undefined && this.#newestMinute - lowest.minute > DAY_MINUTES;
    if (lowest !== undefined && !isOld && lowest.score >= score) return;
    const reason = reasonOf(contributions(this.#model.forest, this.#vector, view));
    const kept = this.#ranked.filter((one) => this.#newestMinute - one.minute <= DAY_MINUTES);
    kept.push({ entity, minute, score, reason });
    this.#ranked = kept.sort((a, b) => b.score - a.score).slice(0, MAX_RANKED);
  }
}

function minuteOf(time: number): number {
  return Math.floor(time / MINUTE_MS);
}

function reasonOf(features: readonly Contribution[]): string {
  return features.slice(0, SHOWN_CAUSES).map(contributionText).join('; ');
}

const NO_ANOMALIES: readonly Anomaly[] = [];
