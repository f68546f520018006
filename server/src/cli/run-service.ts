import type { Service } from '../service/service.js';
import { ServiceError, serviceFailures } from '../service/service-error.js';
import { visible } from '../text/visible.js';
import type { ExitCode } from './command.js';
import { ConfigurationError, renderConfigurationError } from './configuration.js';
import type { Host } from './host.js';
import type { ServiceHost } from './service-host.js';

/**
 * Starts a service and waits until the process is asked to end. What a person can mend is told in one sentence, and the exit
 * code says of which kind it was; a defect is thrown.
 */
export async function runService(
  host: ServiceHost,
  start: () => Promise<Service>,
  whenReady: (service: Service, signal: AbortSignal) => Promise<void>,
): Promise<ExitCode> {
  const signal = host.stopSignal();
  try {
    const service = await start();
    try {
      if (!signal.aborted) await whenReady(service, signal);
      await aborted(signal);
    } finally {
      await service.stop();
    }
    return 0;
  } catch (error) {
    return tellFailure(error, host);
  }
}

async function tellFailure(error: unknown, host: Host): Promise<ExitCode> {
  if (error instanceof ConfigurationError) {
    await host.writeError(renderConfigurationError(error));
    return serviceFailures.configuration.exitCode;
  }
  if (!(error instanceof ServiceError)) throw error;
  await host.writeError(`why403: ${visible(error.message)}\n${error.hint === '' ? '' : `${visible(error.hint)}\n`}`);
  return serviceFailures[error.failure].exitCode;
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
