// The seams between the pure house and the world: time, accounts, byte sources and sinks. Types only.

/** Seconds and milliseconds since 1970-01-01 UTC, as an audit record carries them. */
export interface AuditTime {
  readonly sec: number;
  readonly ms: number;
}

export interface Clock {
  /** Now, in milliseconds since 1970-01-01 UTC. */
  now(): number;
}

/** Names of users and groups; `undefined` when the machine knows none. Ids are unsigned 32 bit. */
export interface Accounts {
  userName(uid: number): string | undefined;
  groupName(gid: number): string | undefined;
  userId(name: string): number | undefined;
  groupId(name: string): number | undefined;
}

/** Chunks of bytes in order. A chunk is valid only until the next is asked for, unless the source says otherwise. */
export type Source = Iterable<Uint8Array>;

/** Takes text as latin1 strings (one character per byte); `flush` hands everything on. */
export interface Sink {
  write(text: string): void;
  flush(): void;
}
