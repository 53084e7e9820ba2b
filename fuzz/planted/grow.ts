import type { Campaign } from '../kit/campaign.ts';
import { eat } from './planted.ts';

export const campaign: Campaign = {
  about: 'planted: grow',
  seeds: () => [Buffer.from('plan')],
  words: () => [],
  open: () => ({ check: (input) => eat(input, 'l') }),
};
