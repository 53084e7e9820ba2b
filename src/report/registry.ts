// Every report, in the order of `--help`. A new report is one file and one line here.

import type { Report } from './report.ts';
import { anomaly } from './reports/anomaly.ts';
import { auth } from './reports/auth.ts';
import { avc } from './reports/avc.ts';
import { comm } from './reports/comm.ts';
import { config } from './reports/config.ts';
import { crypto } from './reports/crypto.ts';
import { events } from './reports/events.ts';
import { executable } from './reports/executable.ts';
import { file } from './reports/file.ts';
import { host } from './reports/host.ts';
import { integrity } from './reports/integrity.ts';
import { key } from './reports/key.ts';
import { login } from './reports/login.ts';
import { mac } from './reports/mac.ts';
import { mods } from './reports/mods.ts';
import { pid } from './reports/pid.ts';
import { response } from './reports/response.ts';
import { syscall } from './reports/syscall.ts';
import { terminal } from './reports/terminal.ts';
import { tty } from './reports/tty.ts';
import { user } from './reports/user.ts';
import { virt } from './reports/virt.ts';

export const reports: readonly Report[] = [
  anomaly,
  auth,
  avc,
  comm,
  config,
  crypto,
  events,
  executable,
  file,
  host,
  integrity,
  key,
  login,
  mac,
  mods,
  pid,
  response,
  syscall,
  terminal,
  tty,
  user,
  virt,
];

/** The report called so, by name (`auth`) or by option (`-au`). */
export const reportNamed = (name: string): Report | undefined =>
  reports.find((report) => report.name === name || report.forms.includes(name));
