/** Whether there is a built program to simulate. */
export function isBuilt(): boolean;

/** A file of this folder (`collector`) as JavaScript; all of the server in it is the built program. Resolves with its path. */
export function buildEntry(name: string): Promise<string>;
