// The face of src/daemon: the daemon itself, its settings, and the world it acts on. Programs of this package that start
// often (plugins) import world.ts alone.

export { type DaemonConfig, type ReadConfig, readConfig } from './config.ts';
export { Daemon, type DaemonOptions } from './daemon.ts';
export { realWorld, type World } from './world.ts';
