import type { Event } from '../model/event.js';

export function normalizeGeneric(_event: Event): void {}
