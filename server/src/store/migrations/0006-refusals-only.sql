-- What was read as refusals only has no denominator (docs/decisions/0014-thrifty-reading.md).

-- Minutes of stages of which a feed has delivered refusals only. Written before the totals of the same reading.
CREATE TABLE IF NOT EXISTS refusals_only (
  minute DateTime('UTC'),
  feed LowCardinality(String),
  -- all four '': it was read so, and no stage is known to be counted from it
  account LowCardinality(String),
  region LowCardinality(String),
  api_id LowCardinality(String),
  stage LowCardinality(String),
  -- '': whatever the stage is counted from; else only what is counted from this kind of log is without denominator
  counted_from LowCardinality(String),
  -- 0: the reading began later, but what it left out may have begun in this minute
  in_reading UInt8
) ENGINE = ReplacingMergeTree(in_reading)
PARTITION BY toDate(minute)
ORDER BY (feed, minute, account, region, api_id, stage, counted_from);

-- Requests per minute as CloudWatch's metrics have them: they stand in for totals where those are refusals only.
CREATE TABLE IF NOT EXISTS metric_totals (
  minute DateTime('UTC'),
  account LowCardinality(String),
  region LowCardinality(String),
  api_id LowCardinality(String),
  stage LowCardinality(String),
  requests UInt64,
  written_at DateTime64(3, 'UTC')
) ENGINE = ReplacingMergeTree(written_at)
PARTITION BY toDate(minute)
ORDER BY (account, region, api_id, stage, minute);
