import type { Campaign } from '../kit/campaign.ts';
import { eat } from './planted.ts';

export const campaign: Campaign = {
  about: 'planted: square',
  seeds: () => [Buffer.from('pla')],
  words: () => [],
  open: () => ({ check: (input) => eat(input, 'q') }),
};
