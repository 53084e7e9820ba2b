// A plugin's file in plugins.d (auditd-plugins(5)) as settings, and which files of the folder are plugins.

import { AuditError } from '../base/error.ts';
import { absolutePath, choice, readSettings, type Setting, type Settings, whole, yesNo } from '../base/settings.ts';

const args: Setting<readonly string[]> = {
  fallback: [],
  parse: (value) => (value === '' ? [] : value.split(/\s+/)),
  help: 'arguments of the program, separated by spaces',
};

export const pluginSchema = {
  active: yesNo(false, 'whether the plugin is run'),
  direction: choice(['out', 'in'], 'out', 'no longer used'),
  path: absolutePath('', 'the program'),
  type: choice(['always'], 'always', 'when it is run'),
  args,
  format: choice(['string', 'binary'], 'string', 'what it reads on its standard input'),
  q_depth: whole(1, 99_999_999, 0, "ours: records that may wait for this plugin; default the daemon's q_depth"),
};

export type PluginConfig = Settings<typeof pluginSchema> & {
  /** The file's name without `.conf`: how the state report calls the plugin. */
  readonly name: string;
};

/** Whether a file name in plugins.d is a plugin's: `NAME.conf`, not hidden, no second dot. */
export function isPluginFile(file: string): boolean {
  return /^[^.]+\.conf$/.test(file);
}

/** The settings of a plugin file's text. An active plugin without a path is a problem. */
export function readPlugin(
  text: string,
  file: string,
  name: string,
): { plugin: PluginConfig; problems: readonly AuditError[] } {
  const { settings, problems } = readSettings(pluginSchema, text, file);
  const missing = settings.active && settings.path === '';
  const all = missing
    ? [
        ...problems,
        new AuditError('config', `Cannot use ${file}: an active plugin needs a path = …`, { position: { file } }),
      ]
    : problems;
  return { plugin: { ...settings, name }, problems: all };
}
