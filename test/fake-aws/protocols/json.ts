import type { CommonFailures, Protocol } from '../aws-service.js';

const names: CommonFailures = {
  throttled: { name: 'ThrottlingException', message: 'Rate exceeded', status: 400 },
  denied: { name: 'AccessDeniedException', status: 400 },
  expired: { name: 'ExpiredTokenException', status: 400 },
  unknownKey: { name: 'UnrecognizedClientException', status: 400 },
};

/** AWS JSON 1.0 and 1.1: `POST /`, the operation in `X-Amz-Target`, an error's name in `__type`. */
export function jsonProtocol(targetPrefix: string, version: '1.0' | '1.1'): Protocol {
  const contentType = `application/x-amz-json-${version}`;
  const headers = (requestId: string) => ({ 'content-type': contentType, 'x-amzn-requestid': requestId });

  return {
    names,
    decode: (request) => {
      const [prefix, operation] = String(request.headers['x-amz-target'] ?? '').split('.');
      if (prefix !== targetPrefix || operation === undefined) return null;
      return { operation, input: JSON.parse(request.body || '{}') };
    },
    encode: (_operation, output, requestId) => ({
      status: 200,
      headers: headers(requestId),
      body: JSON.stringify(output),
    }),
    encodeFailure: (failure, requestId) => ({
      status: failure.status,
      headers: headers(requestId),
      body: JSON.stringify({ __type: failure.name, message: failure.message, Message: failure.message }),
    }),
  };
}
