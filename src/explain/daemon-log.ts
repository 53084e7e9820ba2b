// What service managers and watchers of memory write when they end a process: systemd, systemd-oomd, earlyoom, Android's lmkd
// and the kernel driver before it; and what systemd-coredump writes of one that crashed. Their lines
// are told apart by the tag that syslog and the journal put before them. Any program may choose its tag where the log is
// plain text, so a story says who wrote it: "according to" is all that such a line proves.
//
//   systemd       src/core/service.c, src/core/unit.c (v232 to v258)     systemd-oomd   src/oom/oomd-manager.c
//   earlyoom      kill.c (1.0 to 1.8)                                      systemd-coredump   src/coredump/coredump.c
//   lmkd          system/memory/lmkd/lmkd.cpp (Android 5 to 15)            lowmemorykiller   drivers/staging/android (to Linux 4.11)

import { forgetOldest } from '../base/oldest.ts';
import { signalNumber } from '../tables/index.ts';

/** An end that a program tells of. */
export interface DaemonKill {
  /** `systemd`, `systemd-oomd`, `earlyoom`, `lmkd`, `lowmemorykiller`, `systemd-coredump`. */
  readonly by: string;
  /** -1 where it tells of a unit, not of a process. */
  readonly pid: number;
  /** The process's name as the program has it; '' where it tells none. */
  readonly name: string;
  readonly uid: number | undefined;
  readonly signal: number | undefined;
  /** The unit or the cgroup it was about. */
  readonly unit: string | undefined;
  /** Why, in words. */
  readonly reason: string | undefined;
  readonly rssKb: number | undefined;
  /** Nobody ended it as far as the line tells: it crashed, and how. */
  readonly crash?: string | undefined;
}

/** Words of a date and a host, none of which is a tag, and the tag of a program that is believed here. */
const LINE =
  /^(?:<\d{1,3}>)?((?:[^\s"'={}]{0,255}[^\s"'={}:] +){0,8})(systemd|systemd-oomd|systemd-coredump|earlyoom|lmkd|lowmemorykiller)(?:\[\d{1,10}\])?: (.*)$/;

/** The same as RFC 5424 has it: `<30>1 2024-05-01T10:00:00+02:00 web1 systemd 1 - - …`. */
const RFC_5424 =
  /^<\d{1,3}>1 \S{1,64} \S{1,255} (systemd|systemd-oomd|systemd-coredump|earlyoom) \S{1,128} \S{1,32} (?:-|\[[^\]]{0,1000}\]) (?:\xef\xbb\xbf)?(.*)$/;

/** The same in Android's log: `05-01 10:00:00.123  512  512 I lmkd    : …`, `I/lowmemorykiller( 512): …`. */
const LOGCAT =
  /^(?:(?:\d{4}-)?\d\d-\d\d +\d\d:\d\d:\d\d\.\d{1,6} +(?:\d{1,10} +){2}[VDIWEF] |[VDIWEF]\/)(lmkd|lowmemorykiller) *(?:\( *\d{1,10}\))?: (.*)$/;

/** Nothing, seconds since boot, or what ends in a time of day and a host. */
const PREFIX = /^$|^\[ *\d+\.\d+\] +$|\d:\d\d\S*(?: +[A-Z]{3,5})?(?: +\d{4})?(?: +\S+)? +$/;

/** The program and the words of a line that one of them wrote; undefined for any other. */
export function daemonLine(line: string): { readonly by: string; readonly message: string } | undefined {
  const found = LINE.exec(line);
  if (found && PREFIX.test(found[1]!)) return { by: found[2]!, message: found[3]! };
  const other = RFC_5424.exec(line) ?? LOGCAT.exec(line);
  return other ? { by: other[1]!, message: other[2]! } : undefined;
}

/** Reasons a unit gave that are remembered until it ends a process. */
const MOST_UNITS = 4096;

/** Reads lines in the order of the log. */
export class DaemonLog {
  private readonly reasons = new Map<string, string>();
  /** Whose crash was told last: two lines may tell it. */
  private crashed = -1;

  read({ by, message }: { readonly by: string; readonly message: string }): DaemonKill | undefined {
    switch (by) {
      case 'systemd-oomd':
        return oomdKill(message);
      case 'earlyoom':
        return earlyoomKill(message);
      case 'lmkd':
      case 'lowmemorykiller':
        return androidKill(by, message);
      case 'systemd-coredump':
        return this.coredump(message);
      default:
        return this.systemd(message);
    }
  }

  private coredump(message: string): DaemonKill | undefined {
    const found =
      /^(?:\[[^\]]{1,8}\] )?Process (\d{1,10}) \((.{1,64}?)\) of user (\d{1,10}) (?:dumped core|terminated abnormally(?: with signal \d{1,2}\/(\w+))?)/.exec(
        message,
      );
    if (!found || Number(found[1]) === this.crashed) return undefined;
    this.crashed = Number(found[1]);
    const signal = found[4] === undefined ? undefined : signalNumber(`SIG${found[4]}`);
    return {
      ...{ by: 'systemd-coredump', pid: this.crashed, name: found[2]!, uid: Number(found[3]), signal },
      ...{ unit: undefined, reason: undefined, rssKb: undefined },
      crash: signal === undefined ? 'it dumped core' : `SIG${found[4]}`,
    };
  }

  private systemd(message: string): DaemonKill | undefined {
    const [, unit, words] = /^([^\s:]+\.[a-z]+):? (.*)$/.exec(message) ?? [];
    if (unit === undefined || words === undefined) return undefined;
    if (ENDED.test(words)) this.reasons.delete(unit);
    const reason = REASONS.find(([pattern]) => pattern.test(words))?.[1];
    if (reason !== undefined) {
      forgetOldest(this.reasons, MOST_UNITS);
      this.reasons.set(unit, `${reason}${/\(limit [^)]*\)/.exec(words)?.[0].replace(/^/, ' ') ?? ''}`);
      return undefined;
    }
    const killed = /^Killing process (\d{1,10}) \((.{1,64}?)\) with signal (?:SIG)?(\w+)/.exec(words);
    if (killed) return systemdKill(unit, killed, this.reasons.get(unit));
    const sent = /^Sent signal SIG(\w+) to .*?process (\d{1,10})(?: \((.{1,64}?)\))? on client request/.exec(words);
    return sent
      ? systemdKill(unit, [sent[0], sent[2]!, sent[3] ?? '', sent[1]!], 'somebody asked for it (systemctl kill)')
      : undefined;
  }
}

/** The unit is over, or begins anew: what ends it later has another reason. */
const ENDED = /^(?:Failed with result|Succeeded|Deactivated|Consumed|Scheduled restart|Unit entered failed state)/;

/** What a unit says before it ends its processes. */
const REASONS: readonly (readonly [RegExp, string])[] = [
  [/^Watchdog timeout/, 'its watchdog timed out'],
  [/stop-(?:sigterm|sigkill|post|watchdog)'? timed out|^Stopping timed out/, 'it did not stop in time'],
  [/final-sig\w+'? timed out/, 'it did not stop in time'],
  [/^(?:Start|Reload)(?:-\w+)? operation timed out|start(?:-pre|-post)?'? timed out/, 'it did not start in time'],
  [/^Service (?:reached runtime time limit|runtime time limit reached)/, 'it ran longer than its time limit'],
  [/^A process of this unit has been killed by the OOM killer/, 'a process of it was killed for memory'],
];

function systemdKill(unit: string, found: readonly string[], reason: string | undefined): DaemonKill {
  const [, pid, name, signal] = found;
  return {
    by: 'systemd',
    pid: Number(pid),
    name: name!,
    uid: undefined,
    signal: signalNumber(`SIG${signal}`) ?? undefined,
    unit,
    reason: reason && `${reason} (${unit})`,
    rssKb: undefined,
  };
}

function oomdKill(message: string): DaemonKill | undefined {
  const found = /^Killed (\/\S+) due to (memory .*)$/.exec(message);
  if (!found) return undefined;
  return {
    by: 'systemd-oomd',
    pid: -1,
    name: found[1]!.slice(found[1]!.lastIndexOf('/') + 1),
    uid: undefined,
    signal: 9,
    unit: found[1]!,
    reason: found[2]!,
    rssKb: undefined,
  };
}

function earlyoomKill(message: string): DaemonKill | undefined {
  const found =
    /^sending (SIG\w+) to process (\d{1,10})(?: uid (\d{1,10}))? "(.{1,64}?)"/.exec(message) ??
    /^[Kk]illing process (\d{1,10})() ["(](.{1,64}?)[")](?: with signal (\d{1,2}))?/.exec(message);
  if (!found) return undefined;
  const older = !found[1]!.startsWith('SIG');
  const [pid, name] = older ? [found[1]!, found[3]!] : [found[2]!, found[4]!];
  const rss = /VmRSS (\d{1,12}) MiB/.exec(message);
  return {
    by: 'earlyoom',
    pid: Number(pid),
    name,
    uid: older || found[3] === undefined ? undefined : Number(found[3]),
    signal: older ? Number(found[4] ?? 9) : signalNumber(found[1]!),
    unit: undefined,
    reason: 'memory was low',
    rssKb: rss ? Number(rss[1]) * 1024 : undefined,
  };
}

/** `Kill 'com.x' (123), uid 10123, oom_score_adj 900 to free 5kB rss, …; reason: …`, `Killing 'com.x' (123), adj 900,`. */
function androidKill(by: string, message: string): DaemonKill | undefined {
  const found =
    /^(?:Kill|Killing) '(.{1,64}?)' \((\d{1,10})\)(?: \(tgid \d{1,10}\))?,(?: uid (\d{1,10}),)? (?:oom_score_adj|oom_adj|adj) -?\d{1,5}/.exec(
      message,
    );
  if (!found) return undefined;
  const rss = /to free (\d{1,12})kB/.exec(message);
  return {
    by,
    pid: Number(found[2]),
    name: found[1]!,
    uid: found[3] === undefined ? undefined : Number(found[3]),
    signal: 9,
    unit: undefined,
    reason: /; reason: (.{1,200})$/.exec(message)?.[1] ?? 'memory was low',
    rssKb: rss ? Number(rss[1]) : undefined,
  };
}
