import { z } from 'zod';
import { type Route, route } from '../route.js';

export const demoRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/api/demo',
    role: 'write',
    summary: 'Play the demo attack. Its events and alerts bear labels.demo; no sink is told of them.',
    body: z.object({}),
    answer: z.object({ started: z.boolean() }),
    handle: ({ who }, { demo, daemon, now }) => {
      const started = !demo.isRunning;
      demo.start(now());
      const at = new Date(now()).toISOString();
      daemon.desk.audit.add({ at, by: who.name, action: 'demo.play', subject: '', detail: '' });
      return { started };
    },
  }),
  route({
    method: 'DELETE',
    path: '/api/demo',
    role: 'write',
    summary: 'Forget what the demo left: its alerts and incidents are gone, its events are found no more.',
    answer: z.object({ ok: z.literal(true) }),
    handle: ({ who }, { demo, daemon, now }) => {
      demo.stop();
      daemon.desk.marks.put('demo_forgotten', daemon.forgetDemo());
      const at = new Date(now()).toISOString();
      daemon.desk.audit.add({ at, by: who.name, action: 'demo.forget', subject: '', detail: '' });
      return { ok: true };
    },
  }),
];
