// Whether mail can be sent as auditd.conf(5) asks (action_mail_acct, verify_email), told once at the start. A fault is a
// warning: mail, or the name service, may only be down just now.

import { lookup } from 'node:dns/promises';
import { accessSync, constants } from 'node:fs';
import type { DaemonConfig } from './config.ts';
import { SENDMAIL, type World } from './world.ts';

/** Resolves when the check is done; never rejects. */
export async function checkMail(config: DaemonConfig, log: World['log']): Promise<void> {
  if (config.space_left_action.kind === 'email' || config.admin_space_left_action.kind === 'email') {
    try {
      accessSync(SENDMAIL, constants.X_OK);
    } catch (error) {
      log('warning', `an action is email, but no mail can be sent: ${(error as Error).message}`);
    }
  }
  const domain = /@(.+)$/.exec(config.action_mail_acct)?.[1];
  if (!config.verify_email || domain === undefined) return;
  await lookup(domain).catch((error: Error) =>
    log('warning', `action_mail_acct = ${config.action_mail_acct}: ${domain} cannot be found: ${error.message}`),
  );
}
