// The audit control socket: one request, its acknowledgement, its answer. Calls block (the kernel answers within
// microseconds) and give up after `patience`. Only datagrams from port 0, the kernel, and only answers to our own
// sequence number are believed; everything else on the socket is passed over.
import { AuditError, isAuditError } from '../base/error.ts';
import { errnoOf, NetlinkSocket } from '../libc/netlink.ts'; // not the index: a status needs no more of libc
import { RECORD } from '../tables/records.ts';
import { heldError, kernelError } from './errors.ts';
import {
  errorOf,
  type Message,
  NLM_F_ACK,
  NLM_F_REQUEST,
  NLMSG_DONE,
  NLMSG_ERROR,
  readFrames,
  writeFrame,
} from './frame.ts';
import {
  type AuditStatus,
  readSignalInfo,
  readStatus,
  readSwitches,
  readTty,
  type SignalInfo,
  type StatusChange,
  type Switch,
  type SwitchState,
  type TtyStatus,
  writeEquiv,
  writeStatus,
  writeSwitch,
  writeTty,
} from './structs.ts';

const NETLINK_AUDIT = 9;

const EMPTY = new Uint8Array(0);
const LONGEST = 32 * 1024; // a rule with 64 strings of PATH_MAX would not fit netlink either

/** The part of a socket the client uses; a test gives its own. */
export type Transport = Pick<NetlinkSocket, 'send' | 'receive' | 'close'>;

/** What a request brought: the acknowledgement's number and the messages of the answer. */
interface Outcome {
  readonly value: number;
  readonly answers: readonly Message[];
}

/** Opens the audit control socket; throws AuditError `no-audit-support` where the kernel has none. */
export function openClient(patienceMs = 10_000): AuditClient {
  if (process.platform !== 'linux')
    throw new AuditError(
      'no-audit-support',
      `Cannot talk to the audit system: this is ${process.platform}, and only Linux has one`,
    );
  try {
    return new AuditClient(new NetlinkSocket(NETLINK_AUDIT, 200), patienceMs);
  } catch (error) {
    const number = errnoOf(error);
    throw number === undefined ? error : kernelError('talk to the audit system', number);
  }
}

export class AuditClient {
  readonly #socket: Transport;
  readonly #patience: number;
  readonly #buffer = Buffer.alloc(LONGEST);
  #seq = 0;

  constructor(socket: Transport, patienceMs: number) {
    this.#socket = socket;
    this.#patience = patienceMs;
  }

  status(): AuditStatus {
    return this.#structure('read the audit status', RECORD.GET, readStatus);
  }

  /** Changes what is given; fields not given stay. `doing` completes the error's "Cannot …". */
  set(change: StatusChange, doing = 'change the audit status'): void {
    this.#request(doing, RECORD.SET, writeStatus(change), false);
  }

  /** Makes this process (or no process, 0) the one the kernel sends records to; AuditError `held` when another is. */
  setPid(pid: number): void {
    try {
      this.set({ pid }, pid ? 'become the audit daemon' : 'give up the role of audit daemon');
    } catch (error) {
      const holder = pid && isAuditError(error, 'exists') ? this.status().pid : 0;
      throw holder ? heldError(holder) : error;
    }
  }

  /** Sets the count of lost records to 0 and tells what it was. */
  resetLost(): number {
    return this.#request('reset the count of lost records', RECORD.SET, writeStatus({ lost: 0 }), false).value;
  }

  /** Sets the time tasks had to wait for the backlog to 0 and tells what it was. */
  resetBacklogWaitTimeActual(): number {
    const change = writeStatus({ backlogWaitTimeActual: 0 });
    return this.#request('reset the actual backlog wait time', RECORD.SET, change, false).value;
  }

  /** The loaded rules in the kernel's order, each a struct audit_rule_data (own copies). */
  listRules(): Uint8Array[] {
    const { answers } = this.#request('list the audit rules', RECORD.LIST_RULES, EMPTY, true);
    return answers.filter((m) => m.type === RECORD.LIST_RULES).map((m) => m.payload);
  }

  /** Adds a struct audit_rule_data; AuditError `exists` when the same rule is loaded. */
  addRule(rule: Uint8Array): void {
    this.#request('add the audit rule', RECORD.ADD_RULE, rule, false);
  }

  /** Deletes the rule with these bytes; AuditError `not-found` when it is not loaded. */
  deleteRule(rule: Uint8Array): void {
    this.#request('delete the audit rule', RECORD.DEL_RULE, rule, false);
  }

  /** Sends a user message (type 1100-1199 or 2100-2999); `text` is latin1, at most 8,560 bytes reach the log. */
  user(type: number, text: string): void {
    this.#request('send a user message', type, Buffer.from(`${text}\0`, 'latin1'), false);
  }

  /** Who sent the last signal to the audit daemon. */
  signalInfo(): SignalInfo {
    return this.#structure('ask who signalled the daemon', RECORD.SIGNAL_INFO, readSignalInfo);
  }

  /** Keystroke auditing of this process. */
  tty(): TtyStatus {
    return this.#structure('read the keystroke auditing status', RECORD.TTY_GET, readTty);
  }

  setTty(status: TtyStatus): void {
    this.#request('change keystroke auditing', RECORD.TTY_SET, writeTty(status), false);
  }

  /** Drops watched trees that are no longer there. */
  trim(): void {
    this.#request('trim the watched trees', RECORD.TRIM, EMPTY, false);
  }

  /** Watches below `mounted` what is watched below `watched` (latin1 paths). */
  makeEquiv(mounted: string, watched: string): void {
    this.#request('make a tree equivalent', RECORD.MAKE_EQUIV, writeEquiv(mounted, watched), false);
  }

  switches(): Readonly<Record<Switch, SwitchState>> {
    return this.#structure('read the audit features', RECORD.GET_FEATURE, readSwitches);
  }

  /** Turns a feature on or off, or locks it until reboot. */
  setSwitch(name: Switch, state: SwitchState): void {
    this.#request(`set the feature ${name}`, RECORD.SET_FEATURE, writeSwitch(name, state), false);
  }

  close(): void {
    this.#socket.close();
  }

  #structure<T>(doing: string, type: number, read: (bytes: Uint8Array) => T | undefined): T {
    const { answers } = this.#request(doing, type, EMPTY, true);
    const answer = answers.find((m) => m.type === type);
    const structure = answer && read(answer.payload);
    if (!structure) throw new AuditError('protocol', `Cannot ${doing}: the kernel's answer is too short to read`);
    return structure;
  }

  /** Sends, then gathers what carries our sequence number until the acknowledgement and the answer are complete. */
  #request(doing: string, type: number, payload: Uint8Array, answered: boolean): Outcome {
    const seq = (this.#seq = (this.#seq + 1) >>> 0 || 1);
    try {
      this.#socket.send(writeFrame(type, NLM_F_REQUEST | NLM_F_ACK, seq, payload));
    } catch (error) {
      const number = errnoOf(error);
      throw number === undefined ? error : kernelError(doing, number);
    }
    return this.#gather(doing, seq, type === RECORD.LIST_RULES ? NLMSG_DONE : answered ? type : undefined);
  }

  /** `last` is the type of message that completes the answer; the acknowledgement may come before or after it. */
  #gather(doing: string, seq: number, last: number | undefined): Outcome {
    const answers: Message[] = [];
    const end = Date.now() + this.#patience;
    let value: number | undefined;
    let whole = last === undefined;
    while (value === undefined || !whole) {
      if (Date.now() > end) throw new AuditError('timeout', `Cannot ${doing}: the kernel does not answer`);
      const got = this.#socket.receive(this.#buffer);
      if (typeof got === 'string' || got.from !== 0 || got.truncated) continue;
      for (const message of readFrames(got.bytes).messages) {
        if (message.seq !== seq) continue;
        if (message.type === NLMSG_ERROR) {
          value = errorOf(message) ?? 0;
          if (value < 0) throw kernelError(doing, -value);
        } else answers.push({ ...message, payload: Uint8Array.from(message.payload) }); // the buffer is used again
        if (message.type === last) whole = true;
      }
    }
    return { value, answers };
  }
}
