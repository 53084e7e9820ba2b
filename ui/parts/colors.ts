// Colours of the style sheet as a canvas needs them: resolved for the theme that is on the page now.
import { useEffect, useState } from 'react';
import { useSetting } from '../app/settings.ts';

/** How many colours series may take: --series-0 … */
export const SERIES = 9;

/** A custom property that holds a colour, as `rgb(…)`. */
export function colorOf(name: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const color = getComputedStyle(probe).color;
  probe.remove();
  return color;
}

/** Changes whenever the theme does: what draws on a canvas depends on it. */
export function useThemeKey(): string {
  const [theme] = useSetting('theme');
  const [dark, setDark] = useState(() => matchMedia('(prefers-color-scheme: dark)').matches);
  useEffect(() => {
    const query = matchMedia('(prefers-color-scheme: dark)');
    const take = () => setDark(query.matches);
    query.addEventListener('change', take);
    return () => query.removeEventListener('change', take);
  }, []);
  return theme === 'system' ? `system-${dark}` : theme;
}
