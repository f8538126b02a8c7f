import { useEffect } from 'preact/hooks';
import { visible } from '../../telemetry/visible.js';

const LONGEST = 120;

/** What the window is called: logged text may be in it. */
export function useTitle(words: string): void {
  useEffect(() => {
    document.title = `${visible(words.slice(0, LONGEST))} · Vedette`;
  }, [words]);
}
