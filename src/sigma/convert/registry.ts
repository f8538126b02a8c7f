import type { Backend } from './backend.js';
import { loki } from './loki.js';

/** Query languages by the name that `convert --target` takes. */
export const BACKENDS: Readonly<Record<string, Backend>> = {
  loki,
};
