const requestId = '8b9b8a5e-6a1c-4d0e-9c63-6e3d1f0a7b21';
const extendedRequestId = 'Qh7ZkEXAMPLEiAMFq1w=';

/** The request of the examples: the one of ingest stores it, those of events find it. */
export const exampleRequest = {
  requestId,
  extendedRequestId,
  timeMs: Date.UTC(2026, 2, 1, 12, 0, 17),
  line: JSON.stringify({
    requestId,
    extendedRequestId,
    requestTime: '01/Mar/2026:12:00:17 +0000',
    apiId: 'a1b2c3d4e5',
    stage: 'prod',
    httpMethod: 'GET',
    resourcePath: '/orders/{id}',
    status: '403',
    responseType: 'INVALID_API_KEY',
    errorMessage: 'Forbidden',
  }),
};
