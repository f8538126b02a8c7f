import type { AlertChange } from '../model/alert.js';
import type { IncidentChange } from '../model/incident.js';
import { RecencyList, RecencyNode } from '../model/recency-list.js';
import { FrozenList } from './frozen-list.js';
import {
  beginIncident,
  copyIncident,
  incidentLine,
  type OpenIncident,
  riskNow,
  takeIn,
} from './open-incident.js';
import { scopeOf } from './scope.js';
import { UntoldIncidents } from './untold-incidents.js';

export interface IncidentBookOptions {
  /** Below this risk (0 to 100) nobody is told. */
  readonly minRisk: number;
  /** How long after the end of its last alert an incident stays open, ms. */
  readonly quietAfterMs: number;
  /** How often an open incident whose alerts go on says so, ms. */
  readonly repeatIntervalMs: number;
  /** Incidents, said or not, held at most; beyond it one that nobody was told of goes first. */
  readonly maxOpen: number;
  /** Length of the texts of senders that they hold at most; beyond it the same. */
  readonly maxCharacters?: number;
  /** Called for every incident dropped to stay within these. */
  readonly onEvicted: () => void;
}

/** Everything the book knows: longest untouched first, each as structured-cloneable data. */
export interface IncidentBookSnapshot {
  readonly open: Iterable<OpenIncident>;
}

/**
 * Makes an empty book: groups the alerts of one entity into incidents. An incident is told of once two different rules
 * spoke and its risk is high enough; from then on it is kept up to date, never told a second time.
 */
export function createIncidentBook(options: IncidentBookOptions): IncidentBook {
  return new IncidentBook(options);
}

type Node = RecencyNode<OpenIncident>;

const NO_CHANGES: readonly IncidentChange[] = [];
const MIN_RULES = 2;
const DEFAULT_CHARACTERS = 128 * 1024 ** 2;

export class IncidentBook {
  readonly #options: IncidentBookOptions;
  readonly #byScope = new Map<string, Node>();
  readonly #byAlert = new Map<string, Node>();
  /** Incidents whose attacker is in the host, for alerts of the host that say nothing of where it came from. */
  readonly #byFoothold = new Map<string, Set<Node>>();
  readonly #untold = new UntoldIncidents();
  /** Longest untouched first. */
  readonly #told = new RecencyList<OpenIncident>();
  readonly #maxCharacters: number;
  #characters = 0;
  #frozen: FrozenList<OpenIncident> | null = null;

  constructor(options: IncidentBookOptions) {
    this.#options = options;
    this.#maxCharacters = options.maxCharacters ?? DEFAULT_CHARACTERS;
  }

  /** Incidents told of and not ended. */
  get open(): number {
    return this.#told.size;
  }

  /** Receive time, ms, after which a tick may end one that people were told of; Infinity = there is none. */
  get dueAt(): number {
    const { oldest } = this.#told;
    return oldest === null
      ? Number.POSITIVE_INFINITY
      : oldest.item.lastReceivedAt + this.#options.quietAfterMs;
  }

  /** An alert changed. `receivedAt`: ms, of what changed it. Returns the lines that this makes; most changes make none. */
  take(change: AlertChange, receivedAt: number): readonly IncidentChange[] {
    const changes: IncidentChange[] = [];
    const time = Date.parse(change['@timestamp']);
    while (this.#characters > this.#maxCharacters) this.#makeRoom(time, changes);
    const node = this.#byAlert.get(change.alert.id) ?? this.#nodeFor(change, time, changes);
    if (node === null) return changes;
    const incident = node.item;
    this.#frozen?.copyFirst(incident);
    const before = incident.characters;
    const { news, escalated } = takeIn(incident, change);
    this.#characters += incident.characters - before;
    incident.lastReceivedAt = Math.max(incident.lastReceivedAt, receivedAt);
    this.#index(node);
    if (change.alert.status === 'ended') this.#byAlert.delete(change.alert.id);
    else this.#byAlert.set(change.alert.id, node);
    if (incident.revision > 0) {
      this.#told.refresh(node);
      if (news || this.#isDue(incident, change, time))
        changes.push(incidentLine(incident, 'updated', time, escalated));
    } else if (this.#isWorthTelling(incident)) {
      this.#untold.remove(node);
      this.#told.append(node);
      changes.push(incidentLine(incident, 'opened', time, false));
    } else this.#untold.refresh(node);
    return changes;
  }

  /** Ends the incidents that had been quiet for long at `now` (ms of receive time). */
  tick(now: number): readonly IncidentChange[] {
    const changes: IncidentChange[] = [];
    for (const list of [...this.#untold.lists, this.#told]) {
      for (let node = list.oldest; node !== null; node = list.oldest) {
        const incident = node.item;
        if (incident.lastReceivedAt + this.#options.quietAfterMs >= now) break;
        this.#frozen?.copyFirst(incident);
        if (incident.openAlerts.size > 0) {
          // Its alerts go on without a line of their own.
          incident.lastReceivedAt = now;
          list.refresh(node);
          continue;
        }
        if (list === this.#told) changes.push(incidentLine(incident, 'ended', now, false));
        this.#drop(node);
      }
    }
    return changes.length === 0 ? NO_CHANGES : changes;
  }

  /** The clock was set back to `now`, ms: nothing was received later. */
  setBack(now: number): void {
    for (const incident of [...this.#untold, ...this.#told]) {
      if (incident.lastReceivedAt <= now) continue;
      this.#frozen?.copyFirst(incident);
      incident.lastReceivedAt = now;
    }
  }

  /** As of this call: it can be gone through while incidents change, each to be written down at once. It ends the one before. */
  snapshot(): IncidentBookSnapshot {
    this.#frozen = new FrozenList([...this.#untold, ...this.#told], copyIncident);
    return { open: this.#frozen };
  }

  /** Takes over a snapshot; the book must be empty. */
  restore(snapshot: IncidentBookSnapshot): void {
    for (const saved of snapshot.open) {
      const incident = copyIncident(saved);
      const node = new RecencyNode(incident);
      this.#byScope.set(incident.scope.key, node);
      (incident.revision === 0 ? this.#untold : this.#told).append(node);
      for (const id of incident.openAlerts) this.#byAlert.set(id, node);
      this.#characters += incident.characters;
      this.#index(node);
    }
  }

  /** Of the incidents that are open, told of or not. */
  ids(): Set<string> {
    return new Set([...this.#untold, ...this.#told].map(({ id }) => id));
  }

  /** The incident that the alert belongs to, a new one if need be; null for the end of an alert that has none. */
  #nodeFor(change: AlertChange, time: number, changes: IncidentChange[]): Node | null {
    const scope = scopeOf(change);
    const known = this.#onlyFootholdOf(change) ?? this.#byScope.get(scope.key);
    if (known !== undefined) return known;
    if (change.alert.status === 'ended') return null;
    if (this.#byScope.size >= this.#options.maxOpen) this.#makeRoom(time, changes);
    const node = new RecencyNode(beginIncident(scope, change));
    this.#byScope.set(scope.key, node);
    this.#untold.append(node);
    return node;
  }

  /** Lets one go; who was told of it is told that it ended. There must be one. */
  #makeRoom(time: number, changes: IncidentChange[]): void {
    const victim = (this.#untold.victim ?? this.#told.oldest)!;
    this.#options.onEvicted();
    this.#frozen?.copyFirst(victim.item);
    if (victim.item.revision > 0) changes.push(incidentLine(victim.item, 'ended', time, false));
    this.#drop(victim);
  }

  /** Two attackers on one host: whose work an alert without an address is cannot be told. */
  #onlyFootholdOf({ source, host }: AlertChange): Node | undefined {
    if (source !== undefined || host === undefined) return undefined;
    const nodes = this.#byFoothold.get(host.name);
    if (nodes?.size !== 1) return undefined;
    return nodes.values().next().value;
  }

  #isWorthTelling(incident: OpenIncident): boolean {
    return incident.rules.size >= MIN_RULES && riskNow(incident) >= this.#options.minRisk;
  }

  #isDue(incident: OpenIncident, { alert }: AlertChange, time: number): boolean {
    return alert.status !== 'ended' && time - incident.lastLineAt >= this.#options.repeatIntervalMs;
  }

  #index(node: Node): void {
    for (const host of node.item.footholds) {
      const nodes = this.#byFoothold.get(host);
      if (nodes === undefined) this.#byFoothold.set(host, new Set([node]));
      else nodes.add(node);
    }
  }

  #drop(node: Node): void {
    const incident = node.item;
    (incident.revision === 0 ? this.#untold : this.#told).remove(node);
    this.#characters -= incident.characters;
    this.#byScope.delete(incident.scope.key);
    for (const id of incident.openAlerts) this.#byAlert.delete(id);
    for (const host of incident.footholds) {
      const nodes = this.#byFoothold.get(host);
      nodes?.delete(node);
      if (nodes?.size === 0) this.#byFoothold.delete(host);
    }
  }
}
