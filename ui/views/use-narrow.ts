// Whether the window is narrow: views that draw otherwise then (two lines a row) ask here; the rest is CSS.
import { useSyncExternalStore } from 'react';

interface Width {
  readonly subscribe: (listener: () => void) => () => void;
  readonly now: () => boolean;
}

const below = (pixels: number): Width => {
  const media = window.matchMedia(`(max-width: ${pixels - 1}px)`);
  return {
    subscribe: (listener) => {
      media.addEventListener('change', listener);
      return () => media.removeEventListener('change', listener);
    },
    now: () => media.matches,
  };
};

const phone = below(720);
const tablet = below(1000);

/** A phone's width. */
export const useNarrow = (): boolean => useSyncExternalStore(phone.subscribe, phone.now);

/** A width, as of a tablet held upright, where a table beside a column has no room for its text. */
export const useSlim = (): boolean => useSyncExternalStore(tablet.subscribe, tablet.now);
