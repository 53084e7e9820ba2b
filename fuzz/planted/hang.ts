import type { Campaign } from '../kit/campaign.ts';
import { eat } from './planted.ts';

export const campaign: Campaign = {
  about: 'planted: hang',
  seeds: () => [Buffer.from('plan')],
  words: () => [],
  open: () => ({ check: (input) => eat(input, 'h') }),
};
