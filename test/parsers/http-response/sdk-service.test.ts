import { describe, expect, it } from 'vitest';
import { isFunctionError, namesOtherService } from '../../../parsers/src/http-response/sdk-service.js';
import { readOne } from './read-paste.js';

const others: readonly (readonly [sdk: string, text: string])[] = [
  ['Java v1', 'AccessDeniedException: no (Service: AWSKMS; Status Code: 403; Error Code: AccessDeniedException)'],
  ['Java v1, Amazon', '(Service: AmazonSQS; Status Code: 403; Error Code: ExpiredToken)'],
  ['Java v2', 'ExpiredTokenException: expired (Service: Kms, Status Code: 403, Request ID: abc)'],
  ['Java class', 'software.amazon.awssdk.services.kms.model.KmsException: denied'],
  ['Go v2', 'operation error KMS: Decrypt, https response error StatusCode: 403, api error ExpiredTokenException: x'],
  ['Go v2, name of several words', 'operation error Cognito Identity Provider: InitiateAuth, https response error'],
  ['JavaScript v3', 'at de_DecryptCommandError (/app/node_modules/@aws-sdk/client-kms/dist-cjs/index.js:1:2)'],
  [
    'JavaScript v3 on Windows',
    'at x (C:\\\\app\\\\node_modules\\\\@aws-sdk\\\\client-kms\\\\index.js:1:2)'.replaceAll('\\\\', '\\'),
  ],
  ['JavaScript v2', 'at Request.extractError (/var/runtime/node_modules/aws-sdk/lib/protocol/query.js:50:29)'],
  ['Ruby', 'Aws::KMS::Errors::AccessDeniedException'],
];

const none: readonly (readonly [sdk: string, text: string])[] = [
  ['Java v1', '(Service: AmazonApiGatewayManagementApi; Status Code: 403; Error Code: ForbiddenException)'],
  ['Java v2', '(Service: ApiGatewayManagementApi, Status Code: 403, Request ID: abc)'],
  ['a client generated for an API', '(Service: PetStore; Status Code: 403; Error Code: null)'],
  ['Go v2', 'operation error ApiGatewayManagementApi: PostToConnection, https response error StatusCode: 403'],
  ['JavaScript v3', 'at x (/app/node_modules/@aws-sdk/client-apigatewaymanagementapi/dist-cjs/index.js:1:2)'],
  [
    'its credentials’ client',
    '(/a/node_modules/@aws-sdk/client-apigatewaymanagementapi/node_modules/@aws-sdk/client-sts/index.js:1:2)',
  ],
  [
    'JavaScript v2, protocol of many services',
    'at x (/var/runtime/node_modules/aws-sdk/lib/protocol/rest_json.js:1:2)',
  ],
  ['an import', "import { KMSClient } from '@aws-sdk/client-kms'"],
  ['nothing', '{"message":"Forbidden"}'],
];

describe('namesOtherService', () => {
  it.each(others)('%s called another service', (_sdk, text) => {
    expect(namesOtherService(text)).toBe(true);
  });

  it.each(none)('%s did not', (_sdk, text) => {
    expect(namesOtherService(text)).toBe(false);
  });

  it('decides the kind of host of an answer', () => {
    const text =
      'operation error KMS: Decrypt, https response error StatusCode: 403, RequestID: x, api error ExpiredTokenException: The security token included in the request is expired';
    expect(readOne(text)).toMatchObject({
      status: 403,
      errorType: 'ExpiredTokenException',
      request: { host: null, hostKind: 'aws_service' },
    });
  });

  it('does not overrule the host that the paste shows', () => {
    const text =
      'Aws::KMS::Errors::AccessDenied at https://abcdefghij.execute-api.eu-west-1.amazonaws.com/prod/x\n403 {"message":"Forbidden"}';
    expect(readOne(text).request.hostKind).toBe('execute_api');
  });
});

describe('isFunctionError', () => {
  it.each([
    '{"errorMessage":"boom","errorType":"Error","trace":[]}',
    '{"errorMessage": "boom", "stackTrace": []}',
    '"{\\"errorType\\":\\"Error\\",\\"errorMessage\\":\\"boom\\"}"',
  ])('%s', (text) => {
    expect(isFunctionError(text)).toBe(true);
  });

  it.each(['{"errorMessage":"boom"}', '{"errorType":"Error"}', 'errorMessage and errorType', ''])('not %s', (text) => {
    expect(isFunctionError(text)).toBe(false);
  });
});
