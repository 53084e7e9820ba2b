// Hints: rules and commands set apart from what is said about them.
import { expect, it } from 'vitest';
import { splitHint } from './hint-text.ts';

it('sets rules and commands apart from what is said about them', () => {
  expect(
    splitHint(
      'No rule records signals.\nAdd:\n  -a always,exit -S kill -k signal\n\nauspex who-killed --watch nginx\n',
    ),
  ).toEqual({
    prose: 'No rule records signals. Add:',
    commands: ['-a always,exit -S kill -k signal', 'auspex who-killed --watch nginx'],
  });
  expect(splitHint('')).toEqual({ prose: '', commands: [] });
});
