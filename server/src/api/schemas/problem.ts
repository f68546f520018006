import { z } from 'zod';
import { errorCodes } from '../errors/catalogue.js';

export const problem = z
  .strictObject({
    type: z.string().meta({ description: 'Address of the description of this error.' }),
    title: z.string(),
    status: z.int(),
    code: z.enum(errorCodes as unknown as [string, ...string[]]),
    detail: z.string().meta({ description: 'What was expected, what came, what to do.' }),
    retryable: z.boolean().meta({ description: 'The same request may succeed later; `Retry-After` says when.' }),
    errors: z
      .array(z.strictObject({ where: z.string(), message: z.string() }))
      .optional()
      .meta({ description: 'Each fault of the request.' }),
  })
  .meta({ id: 'Problem', description: 'RFC 9457. Programs decide by `code`.' });
