import type { Hint } from '../model/index.js';

/** To add a hint: its member in `Hint`, its phrases here, the rule that weighs it, a row in hints.test.ts. */
const phrases: readonly (readonly [hint: Hint, ...words: RegExp[]])[] = [
  ['api_key', /\bapi[ _-]?keys?\b|\bx-api-key\b|\bapikey(?:required)?\b|\bno key\b|\bwrong key\b/i],
  ['usage_plan', /\busage[ _-]?plans?\b/i],
  [
    'waf',
    /\bwafv?2?\b|\bweb[ _-]?acls?\b|\bfirewall\b|\bmanaged rules?\b|\bip (?:set|block|reputation)\b|\bbot control\b/i,
  ],
  ['resource_policy', /\bresource[ -](?:based[ -])?polic(?:y|ies)\b|\bsource ?ip\b|\bip (?:white|allow)[ -]?list\w*/i],
  ['authorizer', /\b(?:lambda |custom |token |request )?authori[sz]ers?\b|\bcustom auth\b/i],
  ['jwt', /\bjwts?\b|\bscopes?\b|\bcognito\b|\b(?:id|access|bearer)[ _-]?tokens?\b|\boidc\b|\boauth2?\b/i],
  [
    'iam',
    /\biam\b|\baws_iam\b|\bsig ?v4\b|\bsignature ?v4\b|\bassume[ds]?[ -]?role\b|\b(?:execution|iam|caller) role\b|\b(?:un)?signed\b|\bsigning\b|\baccess keys?\b|\bsts\b|\bexecute-api:invoke\b|\bcross[ -]account\b/i,
    // Step Functions calls an API with the state machine's own role
    /\bstep[ -]?functions?\b|\bstate machine\b|\btask (?:output|state|role)\b/i,
  ],
  [
    'vpc_endpoint',
    /\bvpc[ -]?endpoints?\b|\bvpce\b|\bprivate[ -]?(?:dns|api)\b|\binterface endpoints?\b|\bprivatelink\b|\bvpc\b/i,
  ],
  [
    'custom_domain',
    /\bcustom[ -]?domains?\b|\bbase[ -]?path\b|\b(?:api|domain|path) mappings?\b|\bdomain name\b|\bdisableexecuteapiendpoint\b|\bdefault endpoint\b/i,
  ],
  [
    'mtls',
    /\bm-?tls\b|\bmutual[ -]tls\b|\bclient[ -]?cert\w*|\btrust ?store\b|\balert (?:certificate required|unknown ca|bad certificate)\b/i,
  ],
  ['cors', /\bcors\b|\bpre-?flight\b|\baccess-control-\w/i, /\bOPTIONS\b/],
  ['cloudfront', /\bcloudfront\b|\bcdn\b/i],
  ['stage', /\bstages?\b|\bredeploy\w*|\bnot deployed\b|\bdeploy(?:ed|ment)?\b/i],
  [
    'route',
    /\b(?:no such|wrong|missing|unknown|undefined|unmapped|invalid|correct|nonexistent|non-existent) (?:url |http )?(?:route|path|method|resource|verb|url|endpoint)s?\b|\b(?:route|path|method|resource|endpoint)s? (?:(?:does|do) ?n[o']t exist|is missing|not found|not defined|not mapped|is wrong)|\{proxy\+\}|\bhttp (?:verb|method)\b/i,
  ],
  ['websocket', /\bweb[ -]?sockets?\b|\bwscat\b|\bwss:|\$connect\b|@connections\b|\bpost_?to_?connection\b/i],
  ['http_api', /\bhttp api(?:s|gateway)?\b(?! gateway (?:rest|v1))|\bapi gateway v2\b|\bapigatewayv2\b|\$default\b/i],
  ['cache', /\bcach(?:e|ed|ing)\b|\bmax-age\b|\binvalidatecache\b/i],
  [
    'backend',
    /\b(?:lambda|backend|back-end|back end|integration|upstream|function|handler) (?:itself )?(?:returns?|returned|answers?|answered|responds?|responded|sends?|sent)\b|\bback-?end\b|\bhttp_proxy\b|\bupstream\b/i,
  ],
];

const maxLength = 16 * 1024;

/** The subjects that the words around an exchange name. Give it words only: no headers, bodies, URLs or AWS sentences. */
export function findHints(around: string): readonly Hint[] {
  if (around.trim() === '') return [];
  const text = around.slice(0, maxLength).replace(/[\u2018\u2019]/g, "'");
  return phrases.filter(([, ...patterns]) => patterns.some((words) => words.test(text))).map(([hint]) => hint);
}
