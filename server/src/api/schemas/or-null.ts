import { z } from 'zod';

/** For schemas with a name: `.nullable()` would make the named schema itself nullable in OpenAPI. */
export const orNull = <Schema extends z.ZodType>(schema: Schema) => z.union([schema, z.null()]);
