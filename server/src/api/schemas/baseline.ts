import { z } from 'zod';
import { baselines } from '../../query/query.js';

export const baseline = z.enum(baselines).meta({
  id: 'Baseline',
  description:
    'What the expected range comes from: `time_of_day`: earlier days at this time; `day`: the last 24 hours; `none`: too little history, fixed floors stand in.',
});
