import type { GatewayResponse, GatewayResponseType } from '@aws-sdk/client-api-gateway';

const statusByType: Readonly<Record<GatewayResponseType, string | null>> = {
  ACCESS_DENIED: '403',
  API_CONFIGURATION_ERROR: '500',
  AUTHORIZER_CONFIGURATION_ERROR: '500',
  AUTHORIZER_FAILURE: '500',
  BAD_REQUEST_BODY: '400',
  BAD_REQUEST_PARAMETERS: '400',
  DEFAULT_4XX: null,
  DEFAULT_5XX: null,
  EXPIRED_TOKEN: '403',
  INTEGRATION_FAILURE: '504',
  INTEGRATION_TIMEOUT: '504',
  INVALID_API_KEY: '403',
  INVALID_SIGNATURE: '403',
  MISSING_AUTHENTICATION_TOKEN: '403',
  QUOTA_EXCEEDED: '429',
  REQUEST_TOO_LARGE: '413',
  RESOURCE_NOT_FOUND: '404',
  THROTTLED: '429',
  UNAUTHORIZED: '401',
  UNSUPPORTED_MEDIA_TYPE: '415',
  WAF_FILTERED: '403',
};

/** API Gateway answers every type, the untouched ones as `defaultResponse: true`. */
export function withDefaultResponses(customised: readonly GatewayResponse[]): readonly GatewayResponse[] {
  return Object.entries(statusByType).map(([type, status]) => {
    const own = customised.find((response) => response.responseType === type);
    if (own) return { defaultResponse: false, ...own };
    return {
      responseType: type as GatewayResponseType,
      ...(status === null ? {} : { statusCode: status }),
      responseParameters: {},
      responseTemplates: { 'application/json': '{"message":$context.error.messageString}' },
      defaultResponse: true,
    };
  });
}
