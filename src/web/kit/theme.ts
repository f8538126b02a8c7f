import { createStore } from './store.js';

export type Theme = 'system' | 'light' | 'dark';

const KEY = 'vedette.theme';
const NEXT: Readonly<Record<Theme, Theme>> = { system: 'dark', dark: 'light', light: 'system' };

export const theme = createStore<Theme>(stored());
apply(theme.get());

export function nextTheme(): void {
  const next = NEXT[theme.get()];
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // A browser without storage forgets it.
  }
  apply(next);
  theme.set(next);
}

function apply(chosen: Theme): void {
  document.documentElement.dataset.theme = chosen;
}

function stored(): Theme {
  try {
    const value = localStorage.getItem(KEY);
    return value === 'dark' || value === 'light' ? value : 'system';
  } catch {
    return 'system';
  }
}
