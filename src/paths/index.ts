// The public face of paths: which files an event names, and where they stand.

export { directoryArgument } from './descriptor.ts';
export { type Descriptor, type EventFile, type FilesOf, Folders, filesAsTheyCome, filesOf } from './folders.ts';
export { isDirectory, type PathItem, readPath } from './item.ts';
export { type EventName, type EventNames, namesOf } from './names.ts';
export { lastPart, normalizePath, resolvePath, withoutFolder } from './text.ts';
