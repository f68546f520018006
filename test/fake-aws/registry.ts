import type { AwsService } from './aws-service.js';
import type { Sessions } from './credentials.js';
import { apiGatewayService } from './services/api-gateway.js';
import { apiGatewayV2Service } from './services/api-gateway-v2.js';
import { createLogsService, type LogsOptions } from './services/logs/logs-service.js';
import { metricsService } from './services/metrics.js';
import { createStsService } from './services/sts.js';
import { wafService } from './services/waf.js';

/** To add a service: its file in services/ and a line here; its quotas stand in quotas.ts. The first that claims a request answers it. */
export const createServices = (sessions: Sessions, logs: LogsOptions): readonly AwsService[] => [
  createLogsService(logs),
  apiGatewayV2Service,
  apiGatewayService,
  wafService,
  metricsService,
  createStsService(sessions),
];

/** `logs:FilterLogEvents` → the IAM action that it needs. */
export const iamActionsByOperation = (services: readonly AwsService[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    services.flatMap((service) =>
      Object.entries(service.operations).map(([name, operation]) => [`${service.name}:${name}`, operation.iamAction]),
    ),
  );
