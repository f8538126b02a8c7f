import type { Event, Outcome } from '../model/event.js';

/** Says what an event is: ECS category and type (constants of ecs.ts), our action word and the outcome. */
export function classify(
  event: Event,
  category: readonly string[],
  type: readonly string[],
  action: string | null,
  outcome: Outcome | null,
): void {
  event['event.category'] = category;
  event['event.type'] = type;
  event['event.action'] = action;
  event['event.outcome'] = outcome;
}
