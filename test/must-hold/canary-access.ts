import { type CanaryInput, echoes, extendedId, inJson, requestId, time } from './canary-parts.js';
import type { Secrets } from './canary-secrets.js';

const jsonTemplate =
  '{"requestId":"$context.requestId","extendedRequestId":"$context.extendedRequestId","ip":"$context.identity.sourceIp","requestTime":"$context.requestTime","httpMethod":"$context.httpMethod","resourcePath":"$context.resourcePath","status":"$context.status","errorType":"$context.error.responseType","errorMessage":"$context.error.message","apiKey":"$context.identity.apiKey","token":"$context.authorizer.token","email":"$context.authorizer.claims.email","userAgent":"$context.identity.userAgent"}';

export const jsonLine = ({ apiKey, secret }: Secrets, message: string): string =>
  `{"requestId":"${requestId}","extendedRequestId":"${extendedId}","ip":"203.0.113.9","requestTime":"${time}","httpMethod":"GET","resourcePath":"/orders/{id}","status":"403","errorType":"ACCESS_DENIED","errorMessage":"${message}","apiKey":"${apiKey}","token":"${inJson(secret)}","email":"${inJson(secret)}","userAgent":"curl/8.5.0"}`;

/** Members that no access log of API Gateway has, and that people's own formats may have. */
export const strangeMembers = ({ apiKey, secret }: Secrets): string =>
  [
    ['authorization', `Bearer ${secret}`],
    ['Authorization', secret],
    ['authorizationToken', secret],
    ['cookie', `session=${secret}`],
    ['set-cookie', secret],
    ['requestBody', secret],
    ['responseBody', secret],
    ['body', secret],
    ['queryString', `token=${secret}`],
    ['query', secret],
    ['x-api-key', apiKey],
    ['api_key', apiKey],
    ['identityApiKey', apiKey],
    ['xAmzSecurityToken', secret],
    ['accessToken', secret],
    ['authorizerToken', secret],
    ['authorizer.claims.email', secret],
    ['jwt', secret],
    ['password', secret],
    ['validationErrorString', secret],
    ['clientCertPem', secret],
  ]
    .map(([name, value]) => `"${name}":"${inJson(value as string)}"`)
    .join(',');

export function accessInputs(secrets: Secrets): CanaryInput[] {
  const { apiKey, secret } = secrets;
  const inputs: CanaryInput[] = [];
  for (const [name, message] of echoes(secrets)) {
    const escaped = inJson(message);
    inputs.push(
      { name: `access JSON, ${name}`, text: jsonLine(secrets, escaped) },
      { name: `access JSON by template, ${name}`, text: jsonLine(secrets, escaped), template: jsonTemplate },
      { name: `access JSON unescaped, ${name}`, text: jsonLine(secrets, message), template: jsonTemplate },
      { name: `access JSON unescaped without template, ${name}`, text: jsonLine(secrets, message) },
      {
        name: `access JSON messageString, ${name}`,
        text: jsonLine(secrets, `"${message}"`),
        template: jsonTemplate.replace('error.message"', 'error.messageString"'),
      },
      {
        name: `access text by template, ${name}`,
        text: `203.0.113.9 [${time}] "GET /orders HTTP/1.1" 403 42 ${requestId} INVALID_SIGNATURE ${message} ${extendedId}`,
        template:
          '$context.identity.sourceIp [$context.requestTime] "$context.httpMethod $context.resourcePath $context.protocol" $context.status $context.responseLength $context.requestId $context.error.responseType $context.error.message $context.extendedRequestId',
      },
      {
        name: `access text by template, before the user agent, ${name}`,
        text: `${requestId} 403 GET INVALID_SIGNATURE ${message} curl/8.5.0 (x86_64)`,
        template:
          '$context.requestId $context.status $context.httpMethod $context.error.responseType $context.error.message $context.identity.userAgent',
      },
      {
        name: `access CSV by template, ${name}`,
        text: `${requestId},403,INVALID_SIGNATURE,${message},203.0.113.9`,
        template:
          '$context.requestId,$context.status,$context.error.responseType,$context.error.message,$context.identity.sourceIp',
      },
      {
        name: `access XML by template, ${name}`,
        text: `<request id="${requestId}"><ip>203.0.113.9</ip><status>403</status><message>${message}</message><key>${apiKey}</key></request>`,
        template:
          '<request id="$context.requestId"><ip>$context.identity.sourceIp</ip><status>$context.status</status><message>$context.error.message</message><key>$context.identity.apiKey</key></request>',
      },
    );
  }
  inputs.push(
    {
      name: 'access JSON, strange members',
      text: `{"requestId":"${requestId}","status":403,"httpMethod":"GET","resourcePath":"/orders","sourceIp":"203.0.113.9",${strangeMembers(secrets)}}`,
    },
    {
      name: 'access JSON, strange members first',
      text: `{${strangeMembers(secrets)},"requestId":"${requestId}","status":403,"httpMethod":"GET","resourcePath":"/orders","sourceIp":"203.0.113.9"}`,
    },
    {
      name: 'access JSON, nested members',
      text: `{"requestId":"${requestId}","status":403,"httpMethod":"GET","resourcePath":"/orders","identity":{"apiKey":"${apiKey}","sourceIp":"203.0.113.9"},"authorizer":{"token":"${inJson(secret)}","claims":{"email":"${inJson(secret)}"}},"request":{"headers":{"authorization":"Bearer ${inJson(secret)}","x-api-key":"${apiKey}"},"queryString":"t=${inJson(secret)}"},"response":{"body":"${inJson(secret)}"}}`,
    },
    {
      name: 'access JSON, path with a query',
      text: `{"requestId":"${requestId}","status":403,"httpMethod":"GET","path":"/prod/orders?token=${inJson(secret)}","url":"https://api.example.com/orders?token=${inJson(secret)}","ip":"203.0.113.9","requestTime":"${time}"}`,
    },
    {
      name: 'access JSON, route with a query',
      text: `{"requestId":"${requestId}","status":403,"httpMethod":"GET","resource":"/orders?token=${inJson(secret)}","route":"GET /orders?token=${inJson(secret)}","ip":"203.0.113.9","requestTime":"${time}"}`,
    },
    {
      name: 'access CLF, query in the request line',
      text: `203.0.113.9 - - [${time}] "GET /orders?token=${secret} HTTP/1.1" 403 42 ${requestId} ${extendedId}`,
    },
    {
      name: 'access CSV, query in the path',
      text: `203.0.113.9,-,-,${time},GET,/orders?token=${secret},HTTP/1.1,403,42,${requestId},${extendedId}`,
    },
    {
      name: 'access CLF, key and context in the places of caller and user',
      text: `203.0.113.9 ${apiKey} ${secret} [${time}] "GET /orders HTTP/1.1" 403 42 ${requestId} ${extendedId}`,
    },
    {
      name: 'access CLF by template with key and context',
      text: `203.0.113.9 ${apiKey} ${secret} [${time}] "GET /orders HTTP/1.1" 403 42 ${requestId} ${extendedId}`,
      template:
        '$context.identity.sourceIp $context.identity.apiKey $context.authorizer.token [$context.requestTime] "$context.httpMethod $context.resourcePath $context.protocol" $context.status $context.responseLength $context.requestId $context.extendedRequestId',
    },
    {
      name: 'access CLF, key and context behind the console fields',
      text: `203.0.113.9 - - [${time}] "GET /orders HTTP/1.1" 403 42 ${requestId} ${extendedId} ${apiKey} ${secret}`,
    },
    {
      name: 'access CLF, key before the extended id',
      text: `203.0.113.9 - - [${time}] "GET /orders HTTP/1.1" 403 42 ${requestId} ${apiKey} ${secret}`,
    },
    {
      name: 'access CSV, key and context in the places of caller and user',
      text: `203.0.113.9,${apiKey},${secret},${time},GET,/orders,HTTP/1.1,403,42,${requestId},${extendedId}`,
    },
    {
      name: 'access CSV by template with key and context',
      text: `203.0.113.9,${apiKey},${secret},${time},GET,/orders,HTTP/1.1,403,42,${requestId},${extendedId}`,
      template:
        '$context.identity.sourceIp,$context.identity.apiKey,$context.authorizer.token,$context.requestTime,$context.httpMethod,$context.resourcePath,$context.protocol,$context.status,$context.responseLength,$context.requestId,$context.extendedRequestId',
    },
    {
      name: 'access XML with key and context',
      text: `<request id="${requestId}"> <ip>203.0.113.9</ip> <caller>-</caller> <user>-</user> <requestTime>${time}</requestTime> <httpMethod>GET</httpMethod> <resourcePath>/orders</resourcePath> <protocol>HTTP/1.1</protocol> <status>403</status> <responseLength>42</responseLength> <apiKey>${apiKey}</apiKey> <token>${secret}</token> <claims>${secret}</claims> <authorization>Bearer ${secret}</authorization> </request>`,
    },
    {
      name: 'access text by template, free texts side by side',
      text: `${requestId} 403 Bearer ${secret} curl/8.5.0 (x86_64) ${apiKey} alice ACCESS_DENIED`,
      template:
        '$context.requestId $context.status $context.authorizer.token $context.identity.userAgent $context.identity.apiKey $context.authorizer.principalId $context.error.responseType',
    },
    {
      name: 'access text by template, context before the user agent',
      text: `${requestId} 403 GET ${secret} x${secret} curl/8.5.0`,
      template:
        '$context.requestId $context.status $context.httpMethod $context.authorizer.token $context.identity.userAgent',
    },
    {
      name: 'access text by template, context before the principal',
      text: `${requestId} 403 GET Bearer ${secret} alice`,
      template:
        '$context.requestId $context.status $context.httpMethod $context.authorizer.token $context.authorizer.principalId',
    },
    {
      name: 'access text by template, validation error before the user agent',
      text: `${requestId} 403 GET [body of ${secret} is no number] curl/8.5.0`,
      template:
        '$context.requestId $context.status $context.httpMethod $context.error.validationErrorString $context.identity.userAgent',
    },
    {
      name: 'access JSON by template, two variables in one string',
      text: `{"id":"${requestId}","who":"Bearer ${inJson(secret)} alice ${apiKey}","status":403}`,
      template:
        '{"id":"$context.requestId","who":"$context.authorizer.token $context.authorizer.principalId $context.identity.apiKey","status":$context.status}',
    },
    {
      name: 'access JSON that the template given does not fit',
      text: jsonLine(secrets, 'Forbidden'),
      template: '{"id":"$context.requestId","user":"$context.identity.user","status":"$context.status"}',
    },
    {
      name: 'access lines of two formats',
      text: `${jsonLine(secrets, 'Forbidden')}\n203.0.113.9 - - [${time}] "GET /orders HTTP/1.1" 403 42 ${requestId} ${extendedId}\n${requestId} ${apiKey} ${secret} 403\n`,
      template: '$context.requestId $context.identity.apiKey $context.authorizer.token $context.status',
    },
  );
  return inputs;
}
