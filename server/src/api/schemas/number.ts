import { z } from 'zod';
import { excerpt } from '../errors/excerpt.js';

/** A whole number of at least 1 in a query; its largest value is configured and checked by `atMost`. */
export const count = (description: string, example: number) =>
  z
    .string()
    .transform((text, context): number => {
      const value = /^\d{1,9}$/.test(text) ? Number(text) : 0;
      if (value >= 1) return value;
      context.addIssue({ code: 'custom', message: `expected a whole number of at least 1, came ${excerpt(text)}` });
      return z.NEVER;
    })
    .optional()
    .meta({ description, type: 'integer', minimum: 1, param: { example } });
