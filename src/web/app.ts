import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { AlertView } from './alerts/alert-view.js';
import { AlertsScreen } from './alerts/alerts-screen.js';
import { AnomalyScreen } from './anomaly/anomaly-screen.js';
import { IncidentView } from './incidents/incident-view.js';
import { IncidentsScreen } from './incidents/incidents-screen.js';
import { SilencesScreen } from './incidents/silences-screen.js';
import { get, sessionLost } from './kit/api.js';
import type { Session } from './kit/api-types.js';
import { html } from './kit/html.js';
import { readNow, startLive, stopLive } from './kit/live.js';
import { mayChange, ownName } from './kit/may-change.js';
import type { Place } from './kit/place.js';
import { usePlace } from './kit/router.js';
import { useStore } from './kit/store.js';
import { LoginScreen } from './login/login-screen.js';
import { takeLoginToken } from './login/login-token.js';
import { NowScreen } from './now/now-screen.js';
import { Boundary } from './parts/boundary.js';
import { RuleView } from './rules/rule-view.js';
import { RulesScreen } from './rules/rules-screen.js';
import { SearchScreen } from './search/search-screen.js';
import { Shell } from './shell.js';
import { SourcesScreen } from './sources/sources-screen.js';

/** What a screen gets: the id of the one thing it shows, where it shows one, and the parameters of the address. */
export interface ScreenProps {
  readonly id: string;
  readonly params: Place['params'];
}

type Screen = ComponentType<ScreenProps>;

/** By the first part of the path; the second of a pair shows one by its id. */
const SCREENS: ReadonlyMap<string, readonly [list: Screen, one?: Screen]> = new Map<
  string,
  readonly [Screen, Screen?]
>([
  ['', [NowScreen]],
  ['incidents', [IncidentsScreen, IncidentView]],
  ['alerts', [AlertsScreen, AlertView]],
  ['silences', [SilencesScreen]],
  ['search', [SearchScreen]],
  ['sources', [SourcesScreen]],
  ['rules', [RulesScreen, RuleView]],
  ['anomaly', [AnomalyScreen]],
]);

// Before anything is drawn or asked: the address is seen by others.
const token = takeLoginToken();

/** The page: who looks at it, and which screen. */
export function App() {
  const { path, params } = usePlace();
  const [session, setSession] = useState<Session | null | 'unknown'>('unknown');
  const lost = useStore(sessionLost);

  // A lost session asks again.
  useEffect(() => {
    if (token !== null && lost === 0) setSession(null);
    else get<Session>('/api/session').then(setSession, () => setSession(null));
  }, [lost]);

  // Beside the session, not after it, so that the first figures are there sooner.
  useEffect(() => {
    // What went wrong is said where it is shown.
    if (token === null) readNow().catch(() => {});
  }, []);

  const isIn = session !== null && session !== 'unknown';
  useEffect(() => {
    if (!isIn) return;
    startLive();
    return stopLive;
  }, [isIn]);

  if (isIn) {
    mayChange.set(session.role === 'write');
    ownName.set(session.name);
  }
  if (session === 'unknown') return html`<div class="blank" aria-busy="true" />`;
  if (session === null) return html`<${LoginScreen} token=${token} onLogin=${setSession} />`;
  const [first = '', id = ''] = path;
  const name = SCREENS.has(first) ? first : '';
  const [List, One] = SCREENS.get(name)!;
  const Shown = id !== '' && One !== undefined ? One : List;
  const place = `${name}/${id}`;
  return html`<${Shell} session=${session} screen=${name === 'alerts' || name === 'silences' ? 'incidents' : name} place=${place}>
    <${Boundary} key=${place}><${Shown} id=${id} params=${params} /><//>
  <//>`;
}
