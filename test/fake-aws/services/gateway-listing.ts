import { AwsFailure } from '../aws-failure.js';
import type { CallContext, Operation } from '../aws-service.js';
import { pageNumberOf, pageOfList } from '../page-token.js';
import type { RestInput } from '../protocols/rest-json.js';

export const notFound = (message: string): AwsFailure => new AwsFailure('NotFoundException', message, 404);

/** API Gateway's IAM knows verbs and paths only; `/v2` is no part of them. */
export function gatewayOperation(
  template: string,
  tokenName: string,
  answer: (input: RestInput, call: CallContext) => object,
): Operation<RestInput> {
  return {
    iamAction: 'apigateway:GET',
    subject: (input, { region }) => {
      const path = template.replace(/\{(\w+)\}/g, (_, name: string) => input[name] ?? '').replace(/^\/v2/, '');
      return { key: path, arn: `arn:aws:apigateway:${region}::${path}`, page: pageNumberOf(input[tokenName]) };
    },
    answer,
  };
}

export interface ListingWords {
  readonly token: string;
  readonly limit: string;
  readonly items: string;
  readonly next: string;
  readonly maxLimit: number;
}

/** One page of 25, or of the limit asked for. */
export function gatewayPage(words: ListingWords, list: readonly unknown[], input: RestInput, scope: string): object {
  const limit = Number(input[words.limit] ?? 25);
  if (!(limit >= 1 && limit <= words.maxLimit)) {
    throw new AwsFailure('BadRequestException', `Invalid ${words.limit} ${input[words.limit]}: 1 to ${words.maxLimit}`);
  }
  const page = pageOfList(list, limit, input[words.token], scope);
  if (!page) throw new AwsFailure('BadRequestException', `Invalid ${words.token}`);
  return { [words.items]: page.items, [words.next]: page.next };
}
