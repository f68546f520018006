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

// 0.2, .2, 1e-3
const portionPattern = /^\d?(?:\.\d{1,17})?(?:e-\d{1,2})?$/i;

/** A part of a whole in a query, 0 to 1. */
export const portion = (description: string, example: number) =>
  z
    .string()
    .transform((text, context): number => {
      const value = portionPattern.test(text) ? Number(text) : Number.NaN;
      if (text !== '' && value >= 0 && value <= 1) return value;
      context.addIssue({ code: 'custom', message: `expected a number from 0 to 1 such as 0.2, came ${excerpt(text)}` });
      return z.NEVER;
    })
    .optional()
    .meta({ description, type: 'number', minimum: 0, maximum: 1, param: { example } });
