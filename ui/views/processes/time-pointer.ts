// Zoom and pan of the time axis with the pointer: Ctrl and the wheel (or a pinch, which browsers send as that) zoom at the
// pointer, a sideways wheel or Shift and the wheel pan, dragging the bars pans. Up and down stay the list's own scrolling.
import { type RefObject, useEffect, useRef } from 'react';
import { panned, type Span, zoomed } from './scale.ts';

const FROM = 4;

export function useTimePointer(
  scroller: RefObject<HTMLElement | null>,
  span: Span,
  whole: Span,
  onSpan: (span: Span) => void,
): void {
  const now = useRef({ span, whole, onSpan });
  now.current = { span, whole, onSpan };
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const stop = new AbortController();
    const { signal } = stop;
    const axis = (): DOMRect | undefined => element.querySelector('.axis')?.getBoundingClientRect();

    element.addEventListener(
      'wheel',
      (event) => {
        const box = axis();
        if (!box || box.width === 0) return;
        const sideways = event.shiftKey ? event.deltaY || event.deltaX : event.deltaX;
        if (event.ctrlKey) {
          const at = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
          now.current.onSpan(zoomed(now.current.span, Math.exp(-event.deltaY / 300), at, now.current.whole));
        } else if (Math.abs(sideways) > Math.abs(event.shiftKey ? 0 : event.deltaY))
          now.current.onSpan(panned(now.current.span, sideways / box.width, now.current.whole));
        else return;
        event.preventDefault();
      },
      { passive: false, signal },
    );

    let drag: { x: number; span: Span; on: boolean } | undefined;
    element.addEventListener(
      'pointerdown',
      (event) => {
        const inBars = event.target instanceof Element && event.target.closest('.process-body .process-time');
        if (event.button === 0 && inBars) drag = { x: event.clientX, span: now.current.span, on: false };
      },
      { signal },
    );
    element.addEventListener(
      'pointermove',
      (event) => {
        const box = axis();
        if (!drag || !box) return;
        const by = event.clientX - drag.x;
        if (!drag.on && Math.abs(by) < FROM) return;
        if (!drag.on) element.setPointerCapture(event.pointerId);
        drag.on = true;
        now.current.onSpan(panned(drag.span, -by / box.width, now.current.whole));
      },
      { signal },
    );
    for (const name of ['pointerup', 'pointercancel'] as const)
      element.addEventListener(name, () => (drag = undefined), { signal });
    return () => stop.abort();
  }, [scroller]);
}
