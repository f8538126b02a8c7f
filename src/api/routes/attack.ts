import { z } from 'zod';
import { ATTACK_VERSION, attackTechniques, tacticPlace } from '../../model/attack.js';
import { type Route, route } from '../route.js';
import { ruleRows } from './rules.js';

const techniqueState = z.enum(['covered', 'no_data', 'none']);

export const attackRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/attack',
    role: 'read',
    summary: 'The ATT&CK matrix: which techniques can be seen given what comes in, which not.',
    answer: z.object({
      version: z.string(),
      tactics: z.array(z.object({ id: z.string(), name: z.string(), short: z.string() })),
      techniques: z.array(
        z.object({
          id: z.string(),
          name: z.string(),
          tactics: z.array(z.string()),
          rules: z.array(z.object({ id: z.string(), title: z.string(), state: z.string() })),
          state: techniqueState,
        }),
      ),
    }),
    handle: async (_asked, api) => {
      const byTechnique = new Map<string, { id: string; title: string; state: string }[]>();
      for (const { id, title, state, techniques } of await ruleRows(api)) {
        if (state === 'disabled') continue;
        for (const technique of techniques)
          byTechnique.set(technique, [...(byTechnique.get(technique) ?? []), { id, title, state }]);
      }
      const all = attackTechniques();
      const tactics = new Map(all.flatMap((one) => one.tactics.map((tactic) => [tactic.id, tactic])));
      return {
        version: ATTACK_VERSION,
        tactics: [...tactics.values()]
          .sort((a, b) => tacticPlace(a.id) - tacticPlace(b.id))
          .map(({ id, name, tag }) => ({ id, name, short: tag })),
        techniques: all.map(({ id, name, tactics: of }) => {
          const rules = byTechnique.get(id) ?? [];
          return { id, name, tactics: of.map((tactic) => tactic.id), rules, state: stateOf(rules) };
        }),
      };
    },
  }),
];

function stateOf(rules: readonly { state: string }[]): z.output<typeof techniqueState> {
  if (rules.length === 0) return 'none';
  return rules.every(({ state }) => state === 'no_data') ? 'no_data' : 'covered';
}
