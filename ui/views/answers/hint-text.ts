// A hint of the server apart into prose and lines to copy. Pure.

/** Lines that begin as a rule or as a command of ours. */
const COMMAND = /^\s*(-[aAwbDefr]\b|auditctl\b|auspex\b|augenrules\b|systemctl\b)/;

export function splitHint(hint: string): { readonly prose: string; readonly commands: readonly string[] } {
  const lines = hint.split('\n').filter((line) => line.trim() !== '');
  const commands = lines.filter((line) => COMMAND.test(line)).map((line) => line.trim());
  const prose = lines.filter((line) => !COMMAND.test(line)).map((line) => line.trim());
  return { prose: prose.join(' '), commands };
}
