// Files that are touched in events without a SYSCALL record: a torn event, whose PATH records are left, and what a
// security module (AppArmor, Landlock, SELinux) says by itself. Words of AppArmor: security/apparmor/lsm.c; of Landlock:
// security/landlock/audit.c; of SELinux: security/selinux/include/classmap.h (Linux 6.18).

import { type AuditEvent, recordOfType } from '../event/index.ts';
import { eventVerdict } from '../normalize/verdict.ts';
import { normalizePath, type PathItem } from '../paths/index.ts';
import { type AuditRecord, fieldText, fieldValue, textOf } from '../record/index.ts';
import { isAbsent, wholeOf } from '../record/value.ts';
import { errnoNumber } from '../tables/index.ts';
import { RECORD } from '../tables/records.ts';
import type { Deed } from './file-calls.ts';
import { titleWords } from './title.ts';
import type { Told } from './touch.ts';

/** What a security module says was done, or was to be done, with a file. */
export interface ModuleWord {
  readonly path: string;
  readonly deed: Deed;
  /** 0 where it was allowed, else -EACCES. */
  readonly error: number;
  /** As the module calls it. */
  readonly call: string;
  /** The module, where it refused. */
  readonly refusedBy: string | undefined;
}

/** Who did it, as far as records beside SYSCALL tell. */
export function toldBy(event: AuditEvent): Told {
  const first = (...names: readonly string[]): string | undefined => {
    for (const record of event.records)
      for (const name of names) {
        const value = fieldValue(record, name);
        if (!isAbsent(value)) return fieldText(name, value!);
      }
    return undefined;
  };
  const title = recordOfType(event, RECORD.PROCTITLE);
  return {
    pid: wholeOf(first('pid')) ?? -1,
    comm: first('comm'),
    argv: title && titleWords(title),
    profile: first('profile', 'scontext'),
  };
}

/** What the kernel says was done to a file whose call is not told. */
export const deedOfPath = ({ nametype }: PathItem): Deed =>
  nametype === 'DELETE' ? 'deleted' : nametype === 'CREATE' ? 'created' : 'used';

const EACCES = errnoNumber('EACCES')!;

/** What a security module says of a file by its path; undefined where no record of the event does. */
export function moduleWord(event: AuditEvent): ModuleWord | undefined {
  const verdict = eventVerdict(event.records);
  if (!verdict) return seLinuxWord(event.records);
  const at = verdict.object;
  const path = at && fieldText(at.field.name, at.field.value);
  if (!at || !path?.startsWith('/') || (verdict.objectKind !== 'file' && verdict.objectKind !== 'directory'))
    return undefined;
  const isLandlock = at.record.type === RECORD.LANDLOCK_ACCESS;
  const asked = fieldText('requested_mask', fieldValue(at.record, 'requested_mask') ?? '');
  const failed = verdict.outcome === 'failed';
  return {
    path: normalizePath(path),
    deed: deedOfWord(verdict.action, /[wac]/.test(asked)),
    error: failed ? -EACCES : 0,
    call: verdict.action,
    refusedBy: failed ? (isLandlock ? 'Landlock' : 'AppArmor') : undefined,
  };
}

/** `avc:  denied  { read open } for  pid=1 comm="cat" path="/etc/shadow" dev="dm-0" ino=5 …`. A `name=` alone is no path. */
function seLinuxWord(records: readonly AuditRecord[]): ModuleWord | undefined {
  for (const record of records) {
    if (record.type !== RECORD.AVC) continue;
    const said = /\bavc:\s+(denied|granted)\s+\{ ([a-z_ ]{1,256})\}/.exec(textOf(record));
    const value = fieldValue(record, 'path');
    const path = isAbsent(value) ? '' : fieldText('path', value!);
    if (!said || !path.startsWith('/')) continue;
    const words = said[2]!.trim().split(' ');
    // `permissive=1`: it was done all the same.
    const failed = said[1] === 'denied' && fieldValue(record, 'permissive') !== '1';
    return {
      path: normalizePath(path),
      deed: deedOfWord(
        words[0]!,
        words.some((word) => word === 'write' || word === 'append'),
      ),
      error: failed ? -EACCES : 0,
      call: words.join(' '),
      refusedBy: failed ? 'SELinux' : undefined,
    };
  }
  return undefined;
}

/** Operations and permissions of the three modules, without `fs.` and `file_`, and the deed that each is. */
const DEEDS: readonly (readonly [RegExp, Deed])[] = [
  [/^(?:mknod|mkdir|symlink|create|add_name|make_\w+)$/, 'created'],
  [/^(?:unlink|rmdir|remove_\w+)$/, 'deleted'],
  [/^(?:rename|rename_src|rename_dest|reparent|refer)$/, 'renamed'],
  [/^link$/, 'linked'],
  [/^(?:write|write_file|append)$/, 'opened to write'],
  [/^(?:read|read_file|read_dir)$/, 'opened to read'],
  [/^(?:getattr|search)$/, 'looked at'],
  [/^chmod$/, 'permissions changed'],
  [/^chown$/, 'owner changed'],
  [/^(?:setattr|setxattr)$/, 'attributes changed'],
  [/^trunc(?:ate)?$/, 'size changed'],
  [/^(?:exec|execute|execute_no_trans|entrypoint)$/, 'executed'],
  [/^(?:mmap|mprotect|map|execmod)$/, 'loaded'],
  [/^(?:mounton|mount)$/, 'mounted'],
];

function deedOfWord(word: string, writes: boolean): Deed {
  const plain = word.split(',')[0]!.replace(/^(?:fs\.|file_)/, '');
  if (plain === 'open' || plain === 'perm') return writes ? 'opened to write' : 'opened to read';
  return DEEDS.find(([words]) => words.test(plain))?.[1] ?? 'used';
}
