import type { CommonFailures, Protocol } from '../aws-service.js';

const names: CommonFailures = {
  throttled: { name: 'TooManyRequestsException', message: 'Too Many Requests', status: 429 },
  denied: { name: 'AccessDeniedException', status: 403 },
  expired: { name: 'ExpiredTokenException', status: 403 },
  unknownKey: { name: 'UnrecognizedClientException', status: 403 },
};

/** Operation → path with `{name}` for what becomes a member of the input. All are GET. */
export type RestRoutes = Readonly<Record<string, string>>;

/** Members of an input are strings, as they come from path and query; `embed` may be repeated and is a list. */
export type RestInput = Readonly<Record<string, string | undefined>>;

function matchPath(template: string, path: string): Record<string, string> | null {
  const wanted = template.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return null;
  const found: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const text = given[index] as string;
    if (part.startsWith('{')) found[part.slice(1, -1)] = decodeURIComponent(text);
    else if (part !== text) return null;
  }
  return found;
}

/** AWS REST JSON: the operation is method and path, an error's name is in a header. */
export function restJsonProtocol(routes: RestRoutes): Protocol {
  const headers = (requestId: string) => ({ 'content-type': 'application/json', 'x-amzn-requestid': requestId });

  return {
    names,
    decode: (request) => {
      if (request.method !== 'GET') return null;
      for (const [operation, template] of Object.entries(routes)) {
        const found = matchPath(template, request.path);
        if (!found) continue;
        const input: Record<string, string> = { ...found };
        for (const [name, value] of request.query) {
          input[name] = name in input ? `${input[name]},${value}` : value;
        }
        return { operation, input };
      }
      return null;
    },
    encode: (_operation, output, requestId) => ({
      status: 200,
      headers: headers(requestId),
      body: JSON.stringify(output),
    }),
    encodeFailure: (failure, requestId) => ({
      status: failure.status,
      headers: {
        ...headers(requestId),
        'x-amzn-errortype': failure.name,
        ...(failure.status === 429 ? { 'retry-after': '1' } : {}),
      },
      body: JSON.stringify({ message: failure.message }),
    }),
  };
}
