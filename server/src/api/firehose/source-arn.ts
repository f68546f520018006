import { matchesGlob } from '../../text/glob.js';

/** What `X-Amz-Firehose-Source-Arn` names. */
export interface StreamArn {
  readonly account: string;
  readonly region: string;
  readonly name: string;
}

// arn:aws:firehose:eu-west-1:111122223333:deliverystream/amazon-apigateway-orders
const streamArn = /^arn:aws[a-z-]{0,16}:firehose:([a-z0-9-]{1,32}):(\d{12}):deliverystream\/([A-Za-z0-9_.-]{1,64})$/;

export const exampleSourceArn = 'arn:aws:firehose:eu-west-1:111122223333:deliverystream/amazon-apigateway-orders';

export function parseStreamArn(text: string): StreamArn | null {
  const parts = streamArn.exec(text);
  if (parts === null) return null;
  const [, region, account, name] = parts as unknown as [string, string, string, string];
  return { account, region, name };
}

/** Does the pattern, in which `*` stands for any characters but `:`, name this stream? */
export function namesStream(pattern: string, arn: string): boolean {
  const wanted = pattern.split(':');
  const given = arn.split(':');
  return wanted.length === given.length && wanted.every((part, i) => matchesGlob(part, given[i] as string));
}
