import type { Campaign } from '../kit/campaign.ts';
import { eat } from './planted.ts';

export const campaign: Campaign = {
  about: 'planted: good',
  seeds: () => [Buffer.from('begin')],
  words: () => [],
  open: () => ({ check: (input) => eat(input, '-') }),
};
