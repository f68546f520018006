import { type CanaryInput, echoes, extendedId, host, inJson, requestId, secretHeaders } from './canary-parts.js';
import type { Secrets } from './canary-secrets.js';

export function responseInputs(secrets: Secrets): CanaryInput[] {
  const { apiKey, secret } = secrets;
  const sent = secretHeaders(secrets)
    .map(([name, value]) => `> ${name}: ${value}\n`)
    .join('');
  const got = `< HTTP/1.1 403 Forbidden\n< Date: Thu, 14 May 2026 09:30:12 GMT\n< Content-Type: application/json\n< Content-Length: 23\n< Connection: keep-alive\n< x-amzn-RequestId: ${requestId}\n< x-amzn-ErrorType: ForbiddenException\n< x-amz-apigw-id: ${extendedId}\n< Set-Cookie: sid=${secret}; Secure; HttpOnly\n< x-secret: ${secret}\n<\n{"message":"Forbidden"}`;
  const options = secretHeaders(secrets)
    .map(([name, value]) => `-H '${name}: ${value}'`)
    .join(' ');
  const inputs: CanaryInput[] = [
    {
      name: 'curl -v',
      text: `$ curl -v https://${host}/prod/orders?token=${secret}\n> GET /prod/orders?token=${secret} HTTP/1.1\n> Host: ${host}\n${sent}>\n${got}`,
    },
    {
      name: 'curl -v of HTTP/2',
      text: `* [HTTP/2] [1] [authorization: Bearer ${secret}]\n* [HTTP/2] [1] [x-api-key: ${apiKey}]\n* [HTTP/2] [1] [:path: /prod/orders?token=${secret}]\n> GET /prod/orders?token=${secret} HTTP/2\n> Host: ${host}\n${sent}>\n${got.replace('HTTP/1.1 403 Forbidden', 'HTTP/2 403')}`,
    },
    {
      name: 'curl command',
      text: `curl -i -X POST ${options} --cookie 'sid=${secret}' -u 'me:${secret}' -d '{"password":"${secret}"}' 'https://${host}/prod/orders?token=${secret}&key=${apiKey}#${secret}'\n${got.replaceAll('< ', '')}`,
    },
    {
      name: 'curl command over lines',
      text: `curl -i \\\n  ${options.replaceAll(' -H', ' \\\n  -H')} \\\n  --data-raw '{\n    "password": "${secret}"\n  }' \\\n  "https://${host}/prod/orders?token=${secret}"\n\n${got.replaceAll('< ', '')}`,
    },
    {
      name: 'user in a URL',
      text: `curl https://me:${secret}@${host}/prod/orders\nHTTP/2 403\n\n{"message":"Forbidden"}`,
    },
    {
      name: 'httpie',
      text: `http POST https://${host}/prod/orders token==${secret} password=${secret} x-api-key:${apiKey} Authorization:'Bearer ${secret}'\nHTTP/1.1 403 Forbidden\n\n{"message":"Forbidden"}`,
    },
    {
      name: 'wscat',
      text: `wscat -c 'wss://${host}/prod?token=${secret}' -H 'Authorization: ${secret}'\nerror: Unexpected server response: 403`,
    },
    {
      name: 'PowerShell',
      text: `Invoke-RestMethod -Uri "https://${host}/prod/orders?token=${secret}" -Headers @{ "x-api-key" = "${apiKey}"; Authorization = "Bearer ${secret}" }\nInvoke-RestMethod: {"message":"Forbidden"} 403 (Forbidden)`,
    },
    {
      name: 'browser copy',
      text: `Request URL: https://${host}/prod/orders?token=${secret}\nRequest Method: GET\nStatus Code: 403 Forbidden\nauthorization: Bearer ${secret}\nx-api-key:\n${apiKey}\ncookie\nsid=${secret}\nx-amzn-errortype: ForbiddenException`,
    },
    {
      name: 'browser fetch',
      text: `fetch("https://${host}/prod/orders?token=${secret}", {"headers":{"authorization":"Bearer ${inJson(secret)}","x-api-key":"${apiKey}"},"body":"{\\"password\\":\\"${inJson(inJson(secret))}\\"}","method":"POST"});\nPOST https://${host}/prod/orders?token=${secret} 403 (Forbidden)`,
    },
    {
      name: 'CORS console',
      text: `Access to fetch at 'https://${host}/prod/orders?token=${secret}' from origin 'https://app.example.com' has been blocked by CORS policy: Response to preflight request doesn't pass access control check: It does not have HTTP ok status.`,
    },
    {
      name: 'own JSON body',
      text: `HTTP/1.1 403 Forbidden\nContent-Type: application/json\nSet-Cookie: ${secret}\n\n{"message":"${inJson(secret)}","token":"${inJson(secret)}","code":"${inJson(secret)}","error":"${inJson(secret)}"}`,
    },
    { name: 'own text body', text: `HTTP/1.1 403 Forbidden\nContent-Type: text/plain\n\n${secret}\n${secret}` },
    {
      name: 'own HTML body',
      text: `HTTP/1.1 403 Forbidden\n\n<html><head><title>403 ${secret}</title></head><body>${secret}</body></html>`,
    },
    {
      name: 'own XML body',
      text: `HTTP/1.1 403 Forbidden\n\n<Error><Code>AccessDenied</Code><Message>${secret}</Message><AWSAccessKeyId>${secret}</AWSAccessKeyId><StringToSign>${secret}</StringToSign><SignatureProvided>${secret}</SignatureProvided></Error>`,
    },
    {
      name: 'own XML body with its own code',
      text: `HTTP/1.1 403 Forbidden\n\n<Error><Code>${secret}</Code><Message>${secret}</Message></Error>`,
    },
    {
      name: 'SDK for Python',
      text: `botocore.exceptions.ClientError: An error occurred (ForbiddenException) when calling the PostToConnection operation: ${secret}`,
    },
    {
      name: 'SDK for JavaScript',
      text: `ForbiddenException: ${secret}\n    at throwDefaultError (/app/node_modules/x.js:8:22)\n  '$metadata': { httpStatusCode: 403, requestId: '${requestId}' },\n  headers: { Authorization: 'Bearer ${secret}', 'x-api-key': '${apiKey}' },\n  config: { data: '{"password":"${secret}"}' }`,
    },
    {
      name: 'SDK for Java',
      text: `com.amazonaws.AmazonServiceException: ${secret} (Service: AmazonApiGatewayManagementApi; Status Code: 403; Error Code: ForbiddenException; Request ID: ${requestId}; Proxy: null)`,
    },
    {
      name: 'axios',
      text: `AxiosError: Request failed with status code 403\n  config: { headers: { Authorization: 'Bearer ${secret}', 'x-api-key': '${apiKey}', Cookie: 'sid=${secret}' }, params: { token: '${secret}' }, data: '{"password":"${secret}"}', url: 'https://${host}/prod/orders?token=${secret}' }`,
    },
    {
      name: 'requests',
      text: `requests.exceptions.HTTPError: 403 Client Error: Forbidden for url: https://${host}/prod/orders?token=${secret}&key=${apiKey}`,
    },
    {
      name: 'presigned URL',
      text: `GET https://${host}/prod/orders?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${secret}&X-Amz-Security-Token=${secret}&X-Amz-Signature=${secret} 403 (Forbidden)`,
    },
    {
      name: 'prose',
      text: `I send my key ${apiKey} and the token ${secret} to https://${host}/prod/orders and get HTTP 403 {"message":"Forbidden"}`,
    },
    {
      name: 'Postman',
      text: `Request Headers\nAuthorization: Bearer ${secret}\nx-api-key: ${apiKey}\nCookie: sid=${secret}\nRequest Body\n{"password":"${inJson(secret)}"}\nResponse Headers\nDate: Thu, 14 May 2026 09:30:12 GMT\nx-amzn-RequestId: ${requestId}\nResponse Body\n{"message":"Forbidden"}`,
    },
    {
      name: 'Lambda proxy event',
      text: JSON.stringify({
        resource: '/orders',
        path: '/orders',
        httpMethod: 'GET',
        headers: Object.fromEntries(secretHeaders(secrets)),
        queryStringParameters: { token: secret },
        body: secret,
        requestContext: {
          requestId,
          identity: { apiKey, sourceIp: '203.0.113.9' },
          authorizer: { principalId: 'alice', token: secret },
        },
      }),
    },
  ];
  for (const [name, message] of echoes(secrets)) {
    inputs.push(
      { name: `bare body, ${name}`, text: JSON.stringify({ message }) },
      {
        name: `status and body, ${name}`,
        text: `HTTP/1.1 403 Forbidden\nx-amzn-ErrorType: IncompleteSignatureException\n\n${JSON.stringify({ message })}`,
      },
      { name: `bare message, ${name}`, text: message },
      { name: `body with raw newlines, ${name}`, text: `HTTP/1.1 403 Forbidden\n\n{"message":"${message}"}` },
      {
        name: `SDK message, ${name}`,
        text: `An error occurred (IncompleteSignatureException) when calling the PostToConnection operation: ${message}`,
      },
      {
        name: `XML message, ${name}`,
        text: `<IncompleteSignatureException>\n  <Message>${message}</Message>\n</IncompleteSignatureException>`,
      },
    );
  }
  return inputs;
}
