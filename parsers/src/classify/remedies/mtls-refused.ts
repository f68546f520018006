import type { Adviser } from './advice.js';
import { type Command, command, placeholder } from './command.js';
import type { RemedyContext } from './context.js';
import { executionLog } from './lookups.js';

const reload =
  'A changed truststore counts only when the domain is updated with its new object version. Domains need no deployment. Call again with the certificate to verify.';

export const mtlsRefused: Adviser<'mtls_refused'> = (detail, context) => {
  switch (detail) {
    case 'untrusted_issuer':
      return {
        summary: 'Put the issuer of the client certificate, with its intermediates, into the truststore of the domain.',
        steps: [
          'Verify the certificate against the truststore with the first command; a missing intermediate is as bad as a missing root. At most four certificates may be in a chain.',
          'Add the missing authority to the truststore file, or let the client use a certificate of a trusted one.',
          reload,
        ],
        commands: [verifyChain(), describe(), trust(context), mutualCall(context)],
      };
    case 'weak_signature':
      return {
        summary: 'Reissue the client certificate with SHA-256 or stronger.',
        steps: [
          'The certificate or one of its chain is signed with an old algorithm (SHA-1, MD5): see Signature Algorithm in the output.',
          'Reissue it, and its intermediates if they are concerned, with SHA-256 or stronger and an RSA key of at least 2048 bits.',
          reload,
        ],
        commands: [describe(), mutualCall(context)],
      };
    case 'self_signed':
      return {
        summary:
          'Use a certificate issued by an authority of the truststore, or put the self-signed one itself into it.',
        steps: [
          'Issuer and subject of the certificate are the same, and it is not in the truststore.',
          'See that the client really sends the certificate you mean, with its chain.',
          reload,
        ],
        commands: [describe(), verifyChain(), trust(context), mutualCall(context)],
      };
    case 'expired':
      return {
        summary: 'Renew the client certificate: it is not valid at this time.',
        steps: [
          'Compare notBefore and notAfter with the present time, for the certificate and for its intermediates.',
          'Issue a new one from the same authority: the truststore need not change.',
          'Call again with the new certificate to verify; no deployment is needed.',
        ],
        commands: [describe(), mutualCall(context)],
      };
    case 'other_certificate':
    case null:
      return {
        summary: 'Check the client certificate against the truststore of the domain.',
        steps: [
          'Look at issuer, dates, signature algorithm and chain of the certificate that the client really sends.',
          context.apiKind === 'http'
            ? 'An HTTP API never logs why: map the domain to a REST API for a moment and read “Access denied. Reason: …” in its execution log.'
            : 'The execution log of a REST API has the reason: “Access denied. Reason: …”.',
          'If logging is on and the refusal left no record at all, mutual TLS is not the cause.',
          reload,
        ],
        commands: [describe(), verifyChain(), trust(context), ...executionLog(context), mutualCall(context)],
      };
  }
};

const verifyChain = (): Command => command`openssl verify -CAfile ${placeholder('truststore')} ${placeholder('file')}`;

const describe = (): Command => command`openssl x509 -in ${placeholder('file')} -noout -subject -issuer -dates -text`;

const trust = ({ inRegion }: RemedyContext): Command =>
  inRegion(
    command`aws apigatewayv2 get-domain-name --domain-name ${placeholder('domainName')} --query MutualTlsAuthentication`,
  );

const mutualCall = ({ url }: RemedyContext): Command =>
  command`curl -iv --cert ${placeholder('file')} --key ${placeholder('keyFile')} ${url}`;
