import { describe, expect, it } from 'vitest';
import { Event } from '../src/model/event.js';
import type { Rule } from '../src/model/rule.js';
import { EventFieldView } from '../src/sigma/event-view.js';
import type { Ruleset } from '../src/sigma/ruleset.js';
import { SignalFolder } from '../src/signal-folder.js';

const RECEIVED_AT = Date.UTC(2026, 10, 20, 16);

function eventOf(index: number, values: Partial<Event>): Event {
  const event = new Event();
  event.reset('line');
  return Object.assign(event, { seq: 7, index, receivedAt: RECEIVED_AT, timestamp: RECEIVED_AT }, values);
}

function folderOf(): SignalFolder {
  const ruleset: Ruleset = {
    rules: [{ id: 'r' } as Rule],
    faults: [],
    hash: '',
    prepare: () => {},
    match: () => {},
    explain: () => [],
    takeCounts: () => new Float64Array(0),
    clock: null,
    takeBudgetSpent: () => 0,
  };
  return new SignalFolder(ruleset, [['user.name']], { source: 'test', clock: 0 });
}

function add(folder: SignalFolder, event: Event): void {
  folder.addHits([0], event, new EventFieldView(event));
}

describe('folding the hits of a chunk', () => {
  it('makes one signal of equal hits, with the place, time and repetitions of each and the first as evidence', () => {
    const folder = folderOf();
    add(folder, eventOf(0, { 'user.name': 'root' }));
    add(folder, eventOf(3, { 'user.name': 'root', timestamp: RECEIVED_AT + 1, repeat: 5 }));
    add(folder, eventOf(4, { 'user.name': 'alice' }));
    expect(folder.signals()).toMatchObject([
      {
        rule: 0,
        values: ['root'],
        hits: [0, RECEIVED_AT, 1, 3, RECEIVED_AT + 1, 5],
        evidence: { seq: 7, index: 0 },
      },
      { rule: 0, values: ['alice'], hits: [4, RECEIVED_AT, 1], evidence: { seq: 7, index: 4 } },
    ]);
  });

  it('gives hits that lie a second apart evidence of their own: what an alert shows is of its time', () => {
    const folder = folderOf();
    for (const [index, seconds] of [0, 0.999, 1, 86_400, 0.5].entries())
      add(folder, eventOf(index, { 'user.name': 'root', timestamp: RECEIVED_AT - seconds * 1000 }));
    expect(folder.signals()).toMatchObject([
      { hits: { length: 6 }, evidence: { index: 0 } },
      { hits: { length: 3 }, evidence: { index: 2 } },
      { hits: { length: 3 }, evidence: { index: 3 } },
      { hits: { length: 3 }, evidence: { index: 4 } },
    ]);
  });

  it('gives hits and sessions the receive time when the stated one lies in the future', () => {
    const folder = folderOf();
    const future = { timestamp: RECEIVED_AT + 999_999_999, timestampInFuture: true };
    add(folder, eventOf(0, future));
    add(folder, eventOf(1, future));
    folder.addSession(eventOf(2, { ...future, session: { change: 'open', kind: 'login', id: '4' } }));
    expect(folder.signals()).toMatchObject([
      { kind: 'session', index: 2, time: RECEIVED_AT },
      { kind: 'rule', hits: [0, RECEIVED_AT, 1, 1, RECEIVED_AT, 1] },
    ]);
  });
});
