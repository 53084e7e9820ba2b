// Whether the window is a phone's: views that draw otherwise then (two lines a row) ask here; the rest is CSS.
import { useSyncExternalStore } from 'react';

const media = window.matchMedia('(max-width: 719px)');

const subscribe = (listener: () => void): (() => void) => {
  media.addEventListener('change', listener);
  return () => media.removeEventListener('change', listener);
};

export const useNarrow = (): boolean => useSyncExternalStore(subscribe, () => media.matches);
