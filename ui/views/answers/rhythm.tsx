// How regular it is: a strip with a stroke for each time, and the words for it.
import { duration } from '../words.ts';
import type { KillStory } from './shapes.ts';

const MOST_STROKES = 60;

export function Rhythm({ story }: { readonly story: KillStory }) {
  const { rhythm } = story;
  if (!rhythm) return null;
  const words = `${rhythm.count} times, every ${duration(rhythm.everyMs)} (give or take ${duration(rhythm.spreadMs)})${rhythm.regular ? ': regular, as a timer or a loop' : ''}`;
  const strokes = Math.min(rhythm.count, MOST_STROKES);
  return (
    <div className="rhythm">
      <svg viewBox={`0 0 ${strokes * 10} 16`} preserveAspectRatio="none" role="img" aria-label={words}>
        {Array.from({ length: strokes }, (_, i) => (
          <line key={i} x1={i * 10 + 5} x2={i * 10 + 5} y1={2} y2={14} />
        ))}
      </svg>
      <p>{words}.</p>
    </div>
  );
}
