// The messages trusted programs send to the audit system: the text libaudit's audit_log_* calls would send (manual
// pages audit_log_user_message(3), …_acct_message(3), …), as pure functions of what is known about the program.
// Unlike libaudit, a value that would break the record's format is never sent as it is: see `plainValue`.
import { AuditError, encodeHex } from '../base/index.ts';
import { isUserMessage } from '../tables/record-ranges.ts';
import type { AuditClient } from './client.ts';

/** Who speaks: every text is latin1 bytes. Unknown parts are absent and print as `?`. */
export interface Speaker {
  /** Absolute path of the program. */
  readonly exe: string;
  readonly hostname?: string | undefined;
  readonly addr?: string | undefined;
  /** Without `/dev/`: `pts/0`. */
  readonly terminal?: string | undefined;
}

/** The kernel cuts a message after this many bytes (AUDIT_MESSAGE_TEXT_MAX). */
export const LONGEST_MESSAGE = 8560;

/** Whether a value must be written in hex: a double quote, a control byte, a space, or a byte above 0x7e. */
export function needsEncoding(value: string): boolean {
  return /["\x00-\x20\x7f-\xff]/.test(value);
}

/** `name="value"`, or `name=HEX` when it must be encoded (audit_encode_nv_string(3) with the quotes libaudit adds). */
export function encoded(name: string, value: string): string {
  return needsEncoding(value) ? `${name}=${encodeHex(value)}` : `${name}="${value}"`;
}

/** A value of a field that has no hex form (hostname, terminal): bytes that would end it or forge another become `_`. */
function plainValue(value: string | undefined): string {
  return value ? value.replace(/["'\x00-\x20\x7f-\xff]/g, '_') : '?';
}

function tail({ hostname, addr, terminal }: Speaker, success?: boolean): string {
  const where = `hostname=${plainValue(hostname)} addr=${plainValue(addr)} terminal=${plainValue(terminal)}`;
  return success === undefined ? where : `${where} ${result(success)}`;
}

const result = (success: boolean): string => `res=${success ? 'success' : 'failed'}`;
const exe = (speaker: Speaker): string => encoded('exe', speaker.exe);

/** audit_log_user_message(3): `MESSAGE exe=… hostname=… addr=… terminal=… res=…`. */
export function userText(message: string, speaker: Speaker, success: boolean): string {
  return `${message} ${exe(speaker)} ${tail(speaker, success)}`;
}

/** audit_log_user_comm_message(3), for scripts: the command's name too, its first 15 bytes. */
export function commText(message: string, comm: string, speaker: Speaker, success: boolean): string {
  return `${message} ${encoded('comm', comm.slice(0, 15))} ${exe(speaker)} ${tail(speaker, success)}`;
}

/** audit_log_user_command(3): a command line that a person ran, as sudo logs it. Spaces around it are cut off. */
export function commandText(command: string, cwd: string, speaker: Speaker, success: boolean): string {
  const where = `${exe(speaker)} terminal=${plainValue(speaker.terminal)}`;
  return `${encoded('cwd', cwd)} ${encoded('cmd', command.trim())} ${where} ${result(success)}`;
}

/** An account by name, or by id when it has one. */
export type Account = { readonly id: number } | { readonly name: string };

const account = (who: Account): string => ('id' in who ? `id=${who.id}` : encoded('acct', who.name));

/** audit_log_acct_message(3): what was done (`adding-user`) to which account. */
export function accountText(op: string, who: Account, speaker: Speaker, success: boolean): string {
  return `op=${op} ${account(who)} ${exe(speaker)} ${tail(speaker, success)}`;
}

/** audit_log_user_avc_message(3): a decision of a program that enforces SELinux policy itself; `sauid` is its user. */
export function avcText(message: string, sauid: number, speaker: Speaker): string {
  return `${message} ${exe(speaker)} sauid=${sauid} ${tail(speaker)}`;
}

/** An SELinux login mapping; absent parts print as `?`. */
export interface Mapping {
  readonly seuser?: string | undefined;
  readonly role?: string | undefined;
  readonly range?: string | undefined;
}

/** audit_log_semanage_message(3): a change of an account's SELinux user, role or range. */
export function semanageText(
  op: string,
  who: Account,
  change: { readonly before: Mapping; readonly after: Mapping },
  speaker: Speaker,
  success: boolean,
): string {
  const mapping = (prefix: string, m: Mapping): string =>
    `${prefix}-seuser=${plainValue(m.seuser)} ${prefix}-role=${plainValue(m.role)} ${prefix}-range=${plainValue(m.range)}`;
  const changes = `${mapping('old', change.before)} ${mapping('new', change.after)}`;
  return `op=${op} ${account(who)} ${changes} ${exe(speaker)} ${tail(speaker, success)}`;
}

/** Sends a text as a message of `type` (1100-1199, 2100-2999). Throws AuditError `too-long`, `not-permitted`, …. */
export function sendText(client: Pick<AuditClient, 'user'>, type: number, text: string): void {
  if (text.length > LONGEST_MESSAGE)
    throw new AuditError(
      'too-long',
      `Cannot send the message: it has ${text.length} bytes and the kernel keeps ${LONGEST_MESSAGE}; shorten it`,
    );
  if (!isUserMessage(type))
    throw new AuditError(
      'usage',
      `Cannot send the message: type ${type} is not for programs to send (1100-1199 and 2100-2999 are)`,
    );
  client.user(type, text);
}
