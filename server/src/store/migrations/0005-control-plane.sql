-- What the control plane said, and what it said otherwise than before (docs/decisions/0013-config-facts.md).

-- One row for each time at which a stage's configuration was found to be so; what it was stands in the parts that `content` names.
CREATE TABLE IF NOT EXISTS config_snapshot (
  api_id LowCardinality(String),
  stage LowCardinality(String),
  account LowCardinality(String),
  region LowCardinality(String),
  taken_at DateTime64(3, 'UTC'),
  -- names of parts, separated by dots
  content String CODEC(ZSTD(3)),
  -- names the row where settle steps are noted
  snapshot_id String,
  stored_at DateTime64(3, 'UTC')
) ENGINE = ReplacingMergeTree
PARTITION BY toDate(taken_at)
ORDER BY (api_id, stage, account, region, taken_at, content)
SETTINGS ttl_only_drop_parts = 1;

-- Parts of configurations by hash: what many stages and days share (keys and plans of an account) is stored once, and once more each day.
CREATE TABLE IF NOT EXISTS config_part (
  part String,
  -- a part of ConfigFacts as JSON
  body String CODEC(ZSTD(3)),
  stored_at DateTime64(3, 'UTC')
) ENGINE = ReplacingMergeTree(stored_at)
PARTITION BY toDate(stored_at)
ORDER BY part
SETTINGS ttl_only_drop_parts = 1;

-- Changes by what they change: seen by two nodes, or twice, they are one, and the first sight stands.
CREATE TABLE IF NOT EXISTS change_event (
  id String,
  at DateTime64(3, 'UTC'),
  seen_at DateTime64(3, 'UTC'),
  account LowCardinality(String),
  region LowCardinality(String),
  -- '': of the whole account and region; so `stage`: of the whole API
  api_id LowCardinality(String),
  stage LowCardinality(String),
  kind LowCardinality(String),
  what String,
  summary String,
  may_explain Array(LowCardinality(String)),
  -- the higher, the earlier it was seen
  earliness UInt64 MATERIALIZED 18446744073709551615 - toUInt64(toUnixTimestamp64Milli(seen_at))
) ENGINE = ReplacingMergeTree(earliness)
ORDER BY id;
