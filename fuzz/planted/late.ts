import type { Campaign } from '../kit/campaign.ts';
import { eat } from './planted.ts';

export const campaign: Campaign = {
  about: 'planted: late',
  seeds: () => [Buffer.from('pla')],
  words: () => [],
  open: () => ({
    check: async (input) => {
      eat(input, 'a');
      await new Promise((resolve) => setTimeout(resolve, 0));
    },
  }),
};
