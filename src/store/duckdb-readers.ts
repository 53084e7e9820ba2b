// Connections for reading: each question has one to itself while it runs, so that withdrawing it interrupts no other.
// Few at a time, and the rest wait: DuckDB's calls share Node's small thread pool with the writer.

import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { cancelled, checkSignal } from './watchers.ts';

/** Questions that run at once. Node has four threads for such calls, and the writer needs one. */
const AT_ONCE = 3;
/** DuckDB forgets an interrupt that comes before the statement has begun, so it is said again until the work ends. */
const AGAIN_MS = 5;

export class Readers {
  private readonly instance: DuckDBInstance;
  private readonly idle: DuckDBConnection[] = [];
  private readonly waiting: (() => void)[] = [];
  private running = 0;
  private closed = false;

  constructor(instance: DuckDBInstance) {
    this.instance = instance;
  }

  /** Runs `work` with a connection of its own. Throws AuditError `cancelled` when the signal is aborted meanwhile. */
  async ask<T>(work: (connection: DuckDBConnection) => Promise<T>, signal?: AbortSignal): Promise<T> {
    await this.turn(signal);
    let connection: DuckDBConnection | undefined;
    let again: NodeJS.Timeout | undefined;
    const interrupt = (): void => {
      connection?.interrupt();
      again = setTimeout(interrupt, AGAIN_MS);
    };
    signal?.addEventListener('abort', interrupt, { once: true });
    try {
      checkSignal(signal); // It may have been aborted before there was a listener.
      connection = this.idle.pop() ?? (await this.instance.connect());
      const answer = await work(connection);
      checkSignal(signal);
      return answer;
    } catch (error) {
      throw signal?.aborted ? cancelled(signal) : error;
    } finally {
      signal?.removeEventListener('abort', interrupt);
      clearTimeout(again);
      this.done(connection);
    }
  }

  /** No new question is taken; those that run end first. */
  async close(): Promise<void> {
    this.closed = true;
    for (const go of this.waiting.splice(0)) go();
    while (this.running > 0) await new Promise<void>((resolve) => this.waiting.push(resolve));
    for (const connection of this.idle.splice(0)) connection.closeSync();
  }

  private async turn(signal: AbortSignal | undefined): Promise<void> {
    checkSignal(signal);
    while (!this.closed && this.running >= AT_ONCE) await this.wait(signal);
    if (this.closed) throw new TypeError('The store is closed.');
    this.running++;
  }

  private wait(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const withdraw = (): void => {
        const at = this.waiting.indexOf(go);
        if (at >= 0) this.waiting.splice(at, 1);
        reject(cancelled(signal!));
      };
      const go = (): void => {
        signal?.removeEventListener('abort', withdraw);
        resolve();
      };
      signal?.addEventListener('abort', withdraw, { once: true });
      this.waiting.push(go);
    });
  }

  private done(connection: DuckDBConnection | undefined): void {
    if (connection) this.idle.push(connection);
    this.running--;
    this.waiting.shift()?.();
  }
}
