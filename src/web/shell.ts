import { useEffect, useRef, useState } from 'preact/hooks';
import icon from './icon.svg';
import { send } from './kit/api.js';
import type { Session } from './kit/api-types.js';
import { arrive, goBack } from './kit/arrival.js';
import { useClock } from './kit/clock.js';
import { type Children, html } from './kit/html.js';
import { moveRow, useKeysAround } from './kit/keys.js';
import { live } from './kit/live.js';
import { go, to } from './kit/router.js';
import { useStore } from './kit/store.js';
import { nextTheme, theme } from './kit/theme.js';
import { span } from './kit/time.js';
import { Help } from './parts/help.js';
import { Icon, type IconName } from './parts/icon.js';
import { Toast } from './parts/toast.js';

const SCREENS: readonly (readonly [path: string, name: string, icon: IconName, key: string])[] = [
  ['', 'Now', 'now', 'n'],
  ['incidents', 'Incidents', 'incidents', 'i'],
  ['search', 'Search', 'search', 's'],
  ['sources', 'Sources', 'sources', 'o'],
  ['rules', 'Rules', 'rules', 'r'],
  ['anomaly', 'Anomaly', 'anomaly', 'a'],
];

const THEME_ICONS = { system: 'auto', dark: 'moon', light: 'sun' } as const;

/** Older than this, what is shown is said to be old. */
const STALE_MS = 5000;

interface ShellProps {
  readonly session: Session;
  readonly screen: string;
  /** Another one is another screen. */
  readonly place: string;
  readonly children: Children;
}

/** What is around every screen: the rail, the keys that work everywhere, and whether what is shown is still true. */
export function Shell({ session, screen, place, children }: ShellProps) {
  const [isHelpOpen, setHelpOpen] = useState(false);
  const isFirst = useRef(true);
  useEffect(() => {
    arrive(isFirst.current);
    isFirst.current = false;
  }, [place]);
  useKeysAround({
    '/': () => go(to('search', { focus: '1' })),
    '?': () => setHelpOpen(true),
    j: () => moveRow(1),
    k: () => moveRow(-1),
    Escape: goBack,
    ...Object.fromEntries(SCREENS.map(([path, , , key]) => [`g ${key}`, () => go(to(path))])),
  });
  return html`<div class="shell">
    <nav class="rail" aria-label="Screens">
      <a class="rail-mark" href="#/" aria-hidden="true" tabindex="-1"><img src=${icon} alt="" width="28" height="28" /></a>
      ${SCREENS.map(
        ([path, name, icon, key]) => html`<a
          key=${path}
          href=${to(path)}
          class="rail-link"
          aria-current=${path === screen ? 'page' : undefined}
          title=${`${name} (g ${key})`}
        >
          <${Icon} name=${icon} /><span>${name}</span>
        </a>`,
      )}
      <span class="rail-foot"><${Tools} session=${session} onHelp=${() => setHelpOpen(true)} /></span>
    </nav>
    <main id="main" tabindex="-1">
      <${Freshness} />
      ${children}
      <footer class="tools"><${Tools} session=${session} onHelp=${() => setHelpOpen(true)} /></footer>
    </main>
    <${Toast} />
    ${isHelpOpen && html`<${Help} onClose=${() => setHelpOpen(false)} />`}
  </div>`;
}

function Tools({ session, onHelp }: { readonly session: Session; readonly onHelp: () => void }) {
  const chosen = useStore(theme);
  const logOut = async (): Promise<void> => {
    await send('DELETE', '/api/session').catch(() => {});
    location.reload();
  };
  return html`
    <button type="button" class="plain" onClick=${nextTheme} title=${`Colours: ${chosen}`}>
      <${Icon} name=${THEME_ICONS[chosen]} /><span class="unseen">Colours: ${chosen}</span>
    </button>
    <button type="button" class="plain" onClick=${onHelp} title="Keys (?)">
      <${Icon} name="help" /><span class="unseen">Keys</span>
    </button>
    <button type="button" class="plain" onClick=${logOut} title=${`Log out ${session.name} (${session.role})`}>
      <${Icon} name="leave" /><span class="unseen">Log out ${session.name}</span>
    </button>
  `;
}

function Freshness() {
  const { heard } = useStore(live);
  const now = useClock();
  if (heard === null || now - heard < STALE_MS) return null;
  return html`<p class="stale" role="status">
    No news from Vedette for ${span(now - heard)}: what you see may be old. It is asked again by itself.
  </p>`;
}
