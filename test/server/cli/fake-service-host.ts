import type { ServiceHost } from '../../../server/src/cli/service-host.js';
import { type FakeHost, fakeHost } from './fake-host.js';

export interface FakeServiceHost extends FakeHost, ServiceHost {
  /** Asks the process to end. */
  end(): void;
}

export function fakeServiceHost(env: Readonly<Record<string, string>> = {}): FakeServiceHost {
  const stop = new AbortController();
  return {
    ...fakeHost(),
    env,
    homeDirectory: '/home/someone',
    outputIsTerminal: false,
    stopSignal: () => stop.signal,
    end: () => stop.abort(),
  };
}
