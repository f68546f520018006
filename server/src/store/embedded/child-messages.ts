/** What the supervisor and the database process say to each other, over the channel that Node opens between them. */

/** The first message. Secrets travel here and not in the arguments, which every user of the machine can read. */
export interface StartMessage {
  readonly kind: 'start';
  readonly directory: string;
  readonly username: string;
  readonly password: string;
  readonly database: string;
  /** 0: any free one. */
  readonly port: number;
  readonly memoryBytes: number;
  readonly maxBodyBytes: number;
}

export type ChildMessage = ListeningMessage | FailedMessage;

export interface ListeningMessage {
  readonly kind: 'listening';
  readonly port: number;
  /** Parts of tables that the engine set aside because they are broken: `database.table: how many`. */
  readonly setAside: readonly string[];
}

export type FailureReason = 'missing' | 'unsupported' | 'port' | 'open';

export interface FailedMessage {
  readonly kind: 'failed';
  readonly reason: FailureReason;
  /** A sentence of ours, or a code; the engine's own reason stands on stderr. */
  readonly detail: string;
}
