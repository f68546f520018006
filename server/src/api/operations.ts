import type { ApiDeps } from './deps.js';
import { OpenIngests } from './open-ingests.js';
import type { Operation } from './operation.js';
import { createAnnotationOperations } from './routes/annotations.js';
import { createBackfillOperations } from './routes/backfills.js';
import { createCauseOperations } from './routes/causes.js';
import { createChangeOperations } from './routes/changes.js';
import { createCoverageOperations } from './routes/coverage.js';
import { createDescriptionOperations } from './routes/description.js';
import { createEventOperations } from './routes/events.js';
import { createExplainOperations } from './routes/explain.js';
import { createFirehoseOperations } from './routes/firehose.js';
import { createHealthOperations } from './routes/health.js';
import { createIngestOperations } from './routes/ingest.js';
import { createLabelOperations } from './routes/labels.js';
import { createNewCauseOperations } from './routes/new-causes.js';
import { createSampleOperations } from './routes/samples.js';
import { createSeriesOperations } from './routes/series.js';
import { createSourceOperations } from './routes/sources.js';
import { createSpikeOperations } from './routes/spikes.js';
import { createStreamOperations } from './routes/stream.js';
import { createTopOperations } from './routes/top.js';

/** The route table, in the order of the documentation. To add a noun: its file in routes/, a line here. */
export function createOperations(deps: ApiDeps): readonly Operation[] {
  const openIngests = new OpenIngests(deps.limits.openIngests);
  const operations: Operation[] = [
    ...createSeriesOperations(deps),
    ...createTopOperations(deps),
    ...createSpikeOperations(deps),
    ...createNewCauseOperations(deps),
    ...createChangeOperations(deps),
    ...createAnnotationOperations(deps),
    ...createEventOperations(deps),
    ...createSampleOperations(deps),
    ...createStreamOperations(deps),
    ...createLabelOperations(deps),
    ...createCauseOperations(deps),
    ...createExplainOperations(deps),
    ...createIngestOperations(deps, openIngests),
    ...createFirehoseOperations(deps, openIngests),
    ...createCoverageOperations(deps),
    ...createSourceOperations(deps),
    ...createBackfillOperations(deps),
    ...createHealthOperations(deps),
  ];
  // These describe all, themselves included.
  operations.push(...createDescriptionOperations(deps, () => operations));
  return operations;
}
