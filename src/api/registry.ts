import type { Route } from './route.js';
import { alertRoutes } from './routes/alerts.js';
import { anomalyRoutes } from './routes/anomaly.js';
import { attackRoutes } from './routes/attack.js';
import { auditRoutes } from './routes/audit.js';
import { backtestRoutes } from './routes/backtest.js';
import { demoRoutes } from './routes/demo.js';
import { entityRoutes } from './routes/entities.js';
import { eventRoutes } from './routes/events.js';
import { healthRoutes } from './routes/health.js';
import { incidentRoutes } from './routes/incidents.js';
import { intakeRoutes } from './routes/intake.js';
import { metricRoutes } from './routes/metrics.js';
import { openApiRoute } from './routes/openapi.js';
import { pageRoutes } from './routes/page.js';
import { ruleRoutes } from './routes/rules.js';
import { sessionRoutes } from './routes/session.js';
import { silenceRoutes } from './routes/silences.js';
import { sourceRoutes } from './routes/sources.js';
import { statsRoutes } from './routes/stats.js';
import { streamRoutes } from './routes/stream.js';

/** Every route. A new resource is its file and a line here. */
export const ROUTES: readonly Route[] = [
  ...sessionRoutes,
  ...incidentRoutes,
  ...alertRoutes,
  ...silenceRoutes,
  ...eventRoutes,
  ...entityRoutes,
  ...intakeRoutes,
  ...sourceRoutes,
  ...statsRoutes,
  ...streamRoutes,
  ...ruleRoutes,
  ...backtestRoutes,
  ...attackRoutes,
  ...anomalyRoutes,
  ...demoRoutes,
  ...auditRoutes,
  ...healthRoutes,
  ...metricRoutes,
  ...pageRoutes,
  openApiRoute(() => ROUTES),
];
