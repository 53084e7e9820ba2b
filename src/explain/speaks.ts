// Whether a line that is no record speaks of the end of a process. It is asked where no end could be read from any line: then
// these are in words that are not known, and it is not said that nothing ended a process.

/** Who tells of ends: the kernel, the service manager, and the programs that kill for want of memory. */
const SPEAKERS =
  /(?:^|[\s\]>])(?:kernel|systemd(?:-oomd|-coredump)?|earlyoom|nohang|oomd|abrt[\w-]*|monit|watchdog|lmkd|lowmemorykiller) *(?:\[\d+\]|\( *\d+\))?:|^<\d+>1 \S+ \S+ (?:kernel|systemd(?:-oomd|-coredump)?|earlyoom|nohang|oomd|abrt[\w-]*|monit|watchdog) |^(?:<\d+>)?\[ *\d+\.\d+\]/;
/** What they say of it. */
const WORDS =
  /\bkill(?:ed|ing)? (?:\w+ )?(?:process|pid|task|unit)\b|\bout of memory\b|\boom[- ]kill|\bcode=(?:killed|dumped)\b|\bsegfault\b|\bdumped core\b|\bterminated abnormally\b|\bkill(?:ing)? '|\bcore dumped\b|\bSIG(?:KILL|TERM|ABRT|SEGV|BUS|XCPU)\b|\bmemory failure\b|\bhardware memory (?:error|corruption)\b|\bfatal signal\b|\bwatchdog timeout\b/i;

/** Whether a line (latin1) of a log speaks of the end of a process. */
export const speaksOfEnd = (line: string): boolean => WORDS.test(line) && SPEAKERS.test(line);
