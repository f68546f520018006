// The few globals the engine uses that Node and browsers share. Anything else (process, Buffer, fetch, Date.now's
// clock …) is left out on purpose: the engine is pure and runs in both.
declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
  decode(input?: Uint8Array, options?: { stream?: boolean }): string;
}
declare class TextEncoder {
  encode(input?: string): Uint8Array;
  encodeInto(text: string, into: Uint8Array): { readonly read: number; readonly written: number };
}
