// Whether a line that is no record speaks of the end of a process. It is asked where no end could be read from any line: then
// these are in words that are not known, and it is not said that nothing ended a process.

/** Who tells of ends: the kernel, the service manager, the programs that kill for want of memory, and those that watch over
 * others. */
const NAMES = String.raw`(?:kernel|systemd(?:-oomd|-coredump)?|earlyoom|nohang|oomd|abrt[\w-]*|monit|watchdog|lmkd|lowmemorykiller|ActivityManager|dockerd|containerd|kubelet|supervisord)`;
const SPEAKERS = new RegExp(
  String.raw`(?:^|[\s\]>/])${NAMES} *(?:\[\d+\]|\( *\d+\))?:|^<\d+>1 \S+ \S+ ${NAMES} |^(?:<\d+>)?\[ *\d+\.\d+\]`,
);
/** What they say of it. */
const WORDS =
  /\bkill(?:ed|ing)? (?:\w+ )?(?:process|pid|task|unit)\b|\bkill(?:ing)? (?:'|\d+:)|\bout of memory\b|\boom[- ]?kill|\bcode=(?:killed|dumped)\b|\bfailed with result '(?:signal|timeout|watchdog|core-dump)'|\bsegfault\b|\bdumped core\b|\bcore dumped\b|\bterminated abnormally\b|\bSIG(?:KILL|TERM|ABRT|SEGV|BUS|XCPU)\b|\bmemory failure\b|\bhardware memory (?:error|corruption)\b|\bfatal signal\b|\bwatchdog timeout\b/i;
/** What can be nobody else's words, where the line has lost its tag: systemd's of a unit, earlyoom's. */
const UNTAGGED =
  /^(?:\S{1,255}\.(?:service|scope|socket|mount|timer|slice): (?:Killing process|Main process exited, code=(?:killed|dumped)|Failed with result '|A process of this unit|Sent signal SIG)|(?:sending SIG[A-Z]+ to|[Kk]illing) process \d+ )/;

/** Whether a line (latin1) of a log speaks of the end of a process. */
export const speaksOfEnd = (line: string): boolean => UNTAGGED.test(line) || (WORDS.test(line) && SPEAKERS.test(line));
