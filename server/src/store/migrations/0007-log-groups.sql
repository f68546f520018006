-- What is learned beside counting: which deployments answer, and which feeds have ended.

-- Deployments that refused requests of a stage, as its access log says: the first request of each hour (docs/changes.md).
CREATE TABLE IF NOT EXISTS deployment_seen (
  api_id LowCardinality(String),
  stage LowCardinality(String),
  account LowCardinality(String),
  region LowCardinality(String),
  hour DateTime('UTC'),
  deployment_id String,
  at SimpleAggregateFunction(min, DateTime64(3, 'UTC'))
) ENGINE = AggregatingMergeTree
ORDER BY (api_id, stage, account, region, hour, deployment_id);

-- Feeds of log groups that nothing is read from any more, since no stage that is read logs there: nothing waits for them.
CREATE TABLE IF NOT EXISTS feed_end (
  feed String,
  has_ended UInt8,
  at DateTime64(3, 'UTC')
) ENGINE = ReplacingMergeTree(at)
ORDER BY feed;
