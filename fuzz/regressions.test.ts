// Inputs that were faults once, and the ones each campaign begins with: everything holds for them.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Campaign } from './kit/campaign.ts';
import { inputsIn } from './kit/inputs.ts';

const names = readdirSync(join(import.meta.dirname, 'campaigns')).map((file) => file.replace(/\.ts$/, ''));

describe('each campaign', () => {
  it.each(names)('%s: holds for what it begins with, and for what was mended', async (name) => {
    const { campaign } = (await import(`./campaigns/${name}.ts`)) as { campaign: Campaign };
    const target = await campaign.open();
    const inputs = [...inputsIn(join(import.meta.dirname, 'regressions', name)), ...campaign.seeds()];
    expect(inputs.length).toBeGreaterThan(5);
    try {
      for (const input of inputs) await target.check(Buffer.from(input));
    } finally {
      await target.close?.();
    }
  });
});
