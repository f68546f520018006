/** Calls of API Gateway's own data plane, which an AWS SDK reaches as a service of its own. */
const ownService = /^(?:amazon|aws)?[ _-]?api[ _-]?gateway[ _-]?management[ _-]?api/i;

/** How SDKs name the service that they called; the first group is the name. */
const namings: readonly RegExp[] = [
  // Java v1, .NET: (Service: AWSLambda; Status Code: 403; …   A client generated for an API has another first word.
  /\(Service: ((?:AWS|Amazon)[A-Za-z0-9]{1,40});/,
  // Java v2: (Service: Lambda, Status Code: 403, Request ID: …)
  /\(Service: ([A-Za-z][A-Za-z0-9]{1,40}), Status Code:/,
  // Go v2: operation error Lambda: ListFunctions, https response error StatusCode: 403, …
  /\boperation error ([A-Za-z0-9][A-Za-z0-9 ]{0,40}): [A-Z]\w{1,80},/,
  // JavaScript v3: at de_GetItemCommandError (/app/node_modules/@aws-sdk/client-dynamodb/dist-cjs/index.js:1:2)
  /node_modules[\\/]@aws-sdk[\\/]client-([a-z0-9-]{2,60})/,
  // JavaScript v2: at Request.extractError (…/aws-sdk/lib/protocol/json.js:48:27): the management API speaks rest_json
  /aws-sdk[\\/]lib[\\/]protocol[\\/](json|query|rest_xml)\.js/,
  // Ruby: Aws::S3::Errors::AccessDenied
  /\bAws::(\w{2,40})::Errors::/,
  // Java: com.amazonaws.services.sqs.model.…   software.amazon.awssdk.services.sts.model.…
  /\b(?:com\.amazonaws|software\.amazon\.awssdk)\.services\.([a-z0-9]{2,40})\.model\./,
];

/** An AWS SDK printed the text for a call of a service that is not API Gateway's own data plane. */
export function namesOtherService(text: string): boolean {
  let other = false;
  for (const naming of namings) {
    const name = naming.exec(text)?.[1];
    if (name === undefined) continue;
    if (ownService.test(name)) return false;
    other = true;
  }
  return other;
}

// {"errorMessage":"…","errorType":"…","trace":["…"]}   {\"errorType\":\"…\",\"errorMessage\":\"…\"}
const errorMessage = /\berrorMessage\\{0,4}["']\s{0,4}:/;
const errorDetail = /\b(?:errorType|errorStack|stackTrace|trace)\\{0,4}["']\s{0,4}:/;

/** What a Lambda function's runtime puts out for an error that the function did not catch. */
export const isFunctionError = (text: string): boolean => errorMessage.test(text) && errorDetail.test(text);
