import type { CommonFailures, Protocol } from '../aws-service.js';

const names: CommonFailures = {
  throttled: { name: 'Throttling', message: 'Rate exceeded', status: 400 },
  denied: { name: 'AccessDenied', status: 403 },
  expired: { name: 'ExpiredToken', status: 403 },
  unknownKey: { name: 'InvalidClientTokenId', status: 403 },
};

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** Objects nest, everything else is text; AWS's lists are not needed. */
const toXml = (value: unknown): string =>
  typeof value === 'object' && value !== null
    ? Object.entries(value)
        .filter(([, member]) => member !== undefined)
        .map(([name, member]) => `<${name}>${toXml(member)}</${name}>`)
        .join('')
    : escapeXml(String(value));

/** AWS query: a form with `Action`, XML as the answer. */
export function queryXmlProtocol(namespace: string): Protocol {
  const headers = (requestId: string) => ({ 'content-type': 'text/xml', 'x-amzn-requestid': requestId });

  return {
    names,
    decode: (request) => {
      const { Action: operation, ...input } = Object.fromEntries(new URLSearchParams(request.body));
      return operation === undefined ? null : { operation, input };
    },
    encode: (operation, output, requestId) => ({
      status: 200,
      headers: headers(requestId),
      body:
        `<${operation}Response xmlns="${namespace}"><${operation}Result>${toXml(output)}</${operation}Result>` +
        `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${operation}Response>`,
    }),
    encodeFailure: (failure, requestId) => ({
      status: failure.status,
      headers: headers(requestId),
      body:
        `<ErrorResponse xmlns="${namespace}"><Error><Type>Sender</Type><Code>${failure.name}</Code>` +
        `<Message>${escapeXml(failure.message)}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
    }),
  };
}
