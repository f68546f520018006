import { type ContextVariable, contextVariables } from '../model/context-variable.js';

/** Key names as people write them, compared without case, `_`, `-`, `.`, blanks and `$`. */
export const normaliseKey = (key: string): string =>
  key
    .slice(0, 80)
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');

/**
 * Other names in use for a variable, as `normaliseKey` leaves them. Every variable's own name (`identitysourceip`) and,
 * for identity variables, the name without `identity` (`useragent`) need no line. To add one: add it here.
 */
const otherNames: Readonly<Partial<Record<ContextVariable, string>>> = {
  accountId: 'account awsaccountid awsaccount',
  apiId: 'api restapiid gatewayid apigatewayid apigwid',
  'authenticate.error': 'authenticateerr authenticationerror authnerror',
  'authenticate.latency': 'authenticationlatency authnlatency',
  'authenticate.status': 'authenticatestatuscode authenticationstatus authnstatus',
  'authorize.error': 'authorizeerr authorizationerror',
  'authorize.latency': 'authorizationlatency',
  'authorize.status': 'authorizestatuscode authorizationstatus',
  'authorizer.claims': 'claims jwtclaims tokenclaims cognitoclaims sub claimssub authorizersub',
  'authorizer.context': 'authorizerproperty authorizercontext',
  'authorizer.error':
    'authorizererr authorizererrormessage authorizermessage autherror authzerror lambdaauthorizererror customauthorizererror',
  'authorizer.integrationLatency': 'authintegrationlatency authzintegrationlatency',
  'authorizer.integrationStatus': 'authintegrationstatus authzintegrationstatus',
  'authorizer.latency': 'authlatency authzlatency',
  'authorizer.principalId': 'principal principalid authorizerprincipal authprincipalid',
  'authorizer.requestId': 'authrequestid authzrequestid',
  'authorizer.status': 'authorizerstatuscode authstatus authzstatus',
  awsEndpointRequestId: 'endpointrequestid awsendpointreqid',
  awsEndpointRequestId2: 'endpointrequestid2',
  cipherSuite: 'cipher tlscipher tlsciphersuite',
  connectionId: 'connection wsconnectionid',
  'customDomain.basePathMatched': 'basepathmatched basepath basepathmapping customdomainbasepath domainbasepath',
  'customDomain.routingRuleIdMatched': 'routingruleidmatched routingruleid',
  domainName: 'domain host hostname customdomain customdomainname',
  'error.message': 'error err errormsg errmsg errmessage gatewayerror gatewayerrormessage contexterrormessage message',
  'error.messageString': 'errormessagestr messagestring',
  'error.responseType':
    'errortype errresponsetype errorresponse responsetype gatewayresponsetype gatewayresponse errorcode',
  'error.validationErrorString': 'validationerrorstring validationerror validationerrors',
  eventType: 'wseventtype',
  extendedRequestId:
    'extendedreqid extrequestid extendedid apigatewayextendedrequestid apigwextendedrequestid requestextendedid xamzapigwid apigwrequestid',
  httpMethod: 'method verb requestmethod httpverb requesthttpmethod httprequestmethod',
  'identity.accountId': 'calleraccountid calleraccount',
  'identity.apiKey': 'apikeyvalue xapikey key',
  'identity.apiKeyId': 'apikeyidentifier keyid clientapikeyid',
  'identity.caller': 'calleridentity',
  'identity.clientCert.clientCertPem': 'certpem clientcertpem clientcertificatepem',
  'identity.clientCert.issuerDN': 'certissuerdn clientcertissuerdn issuerdn certificateissuer',
  'identity.clientCert.serialNumber': 'certserialnumber clientcertserialnumber certserial',
  'identity.clientCert.subjectDN': 'certsubjectdn clientcertsubjectdn subjectdn certificatesubject',
  'identity.clientCert.validity.notAfter': 'certnotafter clientcertnotafter clientcertvaliditynotafter',
  'identity.clientCert.validity.notBefore': 'certnotbefore clientcertnotbefore clientcertvaliditynotbefore',
  'identity.sourceIp':
    'ip clientip remoteip remoteaddr remoteaddress ipaddress sourceipaddress srcip requestip callerip userip requestsourceip',
  'identity.user': 'iamuser username userid',
  'identity.userAgent': 'agent ua useragentstring requestuseragent httpuseragent',
  'identity.userArn': 'callerarn iamarn arn iamuserarn',
  'identity.vpcId': 'vpc sourcevpc',
  'identity.vpceId': 'vpce vpcendpoint vpcendpointid sourcevpce',
  'integration.error': 'integrationerr',
  'integration.integrationStatus': 'integrationintegrationstatuscode',
  'integration.requestId': 'backendrequestid lambdarequestid',
  'integration.status':
    'backendstatus backendstatuscode lambdastatus functionstatus integrationstatuscode integrationresponsestatus',
  integrationErrorMessage: 'integrationerrormsg integrationmessage backenderror',
  integrationLatency: 'backendlatency integrationlatencyms',
  integrationStatus: 'awsintegrationstatus lambdainvokestatus',
  path: 'requestpath uri url requesturi rawpath httppath urlpath requesturl',
  protocol: 'httpprotocol requestprotocol httpversion',
  requestId:
    'reqid request requestid awsrequestid apirequestid apigatewayrequestid apigwreqid gatewayrequestid contextrequestid',
  requestTime: 'time timestamp datetime date requesttimestamp requestdate logtime eventtime requestedat starttime',
  requestTimeEpoch: 'epoch timeepoch requestepoch requesttimems requesttimeepochms timestampepoch',
  resourcePath: 'resource routepath pathtemplate requestresourcepath resourcetemplate apiresourcepath',
  responseLatency: 'latency responsetime duration totallatency latencyms responselatencyms durationms requestlatency',
  responseLength: 'length bytes responsesize contentlength responsebytes size bytessent responsecontentlength bodysize',
  'responseOverride.status': 'overridestatus',
  routeKey: 'route matchedroute requestroutekey apiroute',
  stage: 'stagename apistage deploymentstage environmentstage',
  status:
    'statuscode responsestatus httpstatus httpstatuscode responsestatuscode responsecode finalstatus httpresponsecode',
  tlsVersion: 'tls tlsprotocol',
  'waf.error': 'waferrormessage',
  'waf.latency': 'waflatencyms',
  'waf.status': 'wafstatuscode',
  wafResponseCode: 'wafresponse wafcode wafaction wafdecision wafresult',
  webaclArn: 'webacl wafacl wafarn wafwebacl wafwebaclarn waclarn',
  xrayTraceId: 'traceid xray trace xrayid xraytrace awstraceid tracing amzntraceid',
};

function buildTable(): ReadonlyMap<string, ContextVariable> {
  const table = new Map<string, ContextVariable>();
  const add = (name: string, variable: ContextVariable): void => {
    if (!table.has(name)) table.set(name, variable);
  };
  const variables = Object.keys(contextVariables) as ContextVariable[];
  // undotted names first: `integrationStatus` and `integration.status` look alike once the dot is gone
  for (const variable of variables.filter((name) => !name.includes('.'))) add(normaliseKey(variable), variable);
  for (const variable of variables) add(normaliseKey(variable), variable);
  for (const variable of variables) {
    for (const name of (otherNames[variable] ?? '').split(' ')) if (name !== '') add(name, variable);
  }
  for (const variable of variables)
    if (variable.startsWith('identity.')) add(normaliseKey(variable.slice(9)), variable);
  return table;
}

const table = buildTable();

/** Objects around the fields that add no meaning: `{"request":{"requestId":…}}`. */
const wrappers: ReadonlySet<string> = new Set(
  'request response req res context ctx api apigateway apigw gateway http log access accesslog data fields detail details event attributes client message json body aws meta metadata timing request_context'.split(
    ' ',
  ),
);

/**
 * The variable that a key path of a JSON line stands for. The dotted path is tried as it is, then its joined name,
 * then without outer wrappers that add no meaning; an inner name alone never counts (`error.status` is no `status`).
 */
export function variableOfPath(path: readonly string[]): ContextVariable | null {
  const joined = path.length === 1 ? (path[0] as string) : path.join('.');
  const dotted = joined.includes('context.') ? joined.replace(/^\$?context\./, '') : joined;
  if (Object.hasOwn(contextVariables, dotted)) return dotted as ContextVariable;
  for (let from = 0; from < path.length; from++) {
    const name = normaliseKey(path.slice(from).join(''));
    const variable = table.get(name) ?? table.get(name.replace(/^context/, ''));
    if (variable !== undefined) return variable;
    if (name.startsWith('authorizerclaims') || name.startsWith('claims')) return 'authorizer.claims';
    if (name.startsWith('authorizer')) return 'authorizer.context';
    if (!wrappers.has(normaliseKey(path[from] as string))) return null;
  }
  return null;
}
