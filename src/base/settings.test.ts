// `keyword = value` files: what is read, every fault with its line, no text that throws; and slips of the pen found.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearest } from './nearest.ts';
import { absolutePath, action, choice, readSettings, whole, yesNo } from './settings.ts';

const schema = {
  write_logs: yesNo(true),
  flush: choice(['none', 'data'], 'none'),
  freq: whole(0, 100, 50),
  log_file: absolutePath('/var/log/audit/audit.log'),
  disk_full_action: action(['ignore', 'exec'], 'ignore'),
};

describe('readSettings', () => {
  it('reads keywords and values in any case, and keeps the defaults of the rest', () => {
    const { settings, problems, given } = readSettings(
      schema,
      '# c\n\nWrite_Logs = NO\nfreq=7\ndisk_full_action = exec /bin/x\n',
      'f',
    );
    expect(problems).toEqual([]);
    expect([...given]).toEqual(['write_logs', 'freq', 'disk_full_action']);
    expect(settings).toEqual({
      write_logs: false,
      flush: 'none',
      freq: 7,
      log_file: '/var/log/audit/audit.log',
      disk_full_action: { kind: 'exec', script: '/bin/x' },
    });
  });

  it('reports every fault with its line and goes on', () => {
    const { problems, settings } = readSettings(
      schema,
      'fre = 1\nfreq 1\nfreq = -1\nflush = sometimes\ndisk_full_action = exec x\nfreq = 9',
      'f.conf',
    );
    expect(problems.map((p) => p.position?.line)).toEqual([2, 1, 3, 4, 5]);
    expect(problems[1]!.message).toContain('did you mean "freq"?');
    expect(settings.freq).toBe(9);
  });

  it('never throws, whatever the text', () => {
    fc.assert(fc.property(fc.string(), (text) => void readSettings(schema, text, 'f')));
    fc.assert(
      fc.property(
        fc.constantFrom('constructor', '__proto__', 'toString'),
        (k) => readSettings(schema, `${k} = 1`, 'f').problems.length === 1,
      ),
    );
  });
});

describe('nearest', () => {
  it('finds a slip and stays silent on another word', () => {
    expect(nearest('execev', ['execve', 'open'])).toBe('execve');
    expect(nearest('zzzzzz', ['execve', 'open'])).toBeUndefined();
  });
});
