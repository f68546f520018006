-- What is stored; everything else is derived. Why it is counted this way: docs/decisions/0005-counting-scheme.md.
-- Statements end with a semicolon at the end of a line; each can be run again, should its migration stop half-way.
-- Retention (TTL) is applied by store/retention.ts: its figures are configuration.

-- One row for each refused request and version of its verdict. Sort and partition keys hold nothing that a later verdict may change;
-- when api, stage or time must change after all, settle writes a cancelled row under the old key.
CREATE TABLE IF NOT EXISTS refused (
  ts DateTime64(3, 'UTC'),
  account LowCardinality(String),
  region LowCardinality(String),
  api_id LowCardinality(String),
  stage LowCardinality(String),
  event_id String,
  -- 65536 * number of facts + rule set
  version UInt64,
  cancelled UInt8,
  counted_from LowCardinality(String),
  route LowCardinality(String),
  method LowCardinality(String),
  cause LowCardinality(String),
  `group` LowCardinality(String),
  detail LowCardinality(String),
  confidence LowCardinality(String),
  culprit_kind LowCardinality(String),
  culprit String,
  status UInt16,
  source_ip String,
  principal String,
  api_key_id String,
  user_agent String,
  path String,
  request_id String,
  extended_request_id String,
  reason String,
  decided_by LowCardinality(String),
  -- when the first version of this request's verdict was written, and this one
  written_at DateTime64(3, 'UTC'),
  INDEX event_id_index event_id TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX request_id_index request_id TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX extended_request_id_index extended_request_id TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX written_at_index written_at TYPE minmax GRANULARITY 1
) ENGINE = ReplacingMergeTree(version)
PARTITION BY toDate(ts)
ORDER BY (ts, account, region, api_id, stage, event_id);

-- The whole verdict with its evidence, for some requests of each api, stage, cause and minute.
CREATE TABLE IF NOT EXISTS sample (
  event_id String,
  ts DateTime64(3, 'UTC'),
  version UInt64,
  -- {record, verdict} as JSON
  body String CODEC(ZSTD(3)),
  written_at DateTime64(3, 'UTC')
) ENGINE = ReplacingMergeTree(version)
PARTITION BY toDate(ts)
ORDER BY event_id;

-- One row for each link (an id by which a request is found) of each distinct fact.
CREATE TABLE IF NOT EXISTS fact (
  link String,
  fact_id String,
  kind LowCardinality(String),
  ts DateTime64(3, 'UTC'),
  -- the event id that this fact alone gives its request
  event_id String,
  payload String CODEC(ZSTD(3)),
  -- where its unit had it; of two readings the later place stands, so that two facts keep their order
  line UInt64,
  seen_at DateTime64(3, 'UTC')
) ENGINE = ReplacingMergeTree(line)
PARTITION BY toDate(seen_at)
ORDER BY (link, fact_id)
SETTINGS ttl_only_drop_parts = 1;

-- Settle steps on facts: announced (done = 0), then done with. Found by docs/decisions/0005, "Verdicts".
CREATE TABLE IF NOT EXISTS settle_step (
  fact_id String,
  attempt String,
  rule_set UInt16,
  done UInt8,
  at DateTime64(3, 'UTC')
) ENGINE = ReplacingMergeTree(done)
PARTITION BY toDate(at)
ORDER BY (fact_id, attempt)
SETTINGS ttl_only_drop_parts = 1;

-- Requests per minute and labels, by counting unit and generation. Rows count if their generation is the highest marked one.
CREATE TABLE IF NOT EXISTS totals (
  minute DateTime('UTC'),
  account LowCardinality(String),
  region LowCardinality(String),
  api_id LowCardinality(String),
  stage LowCardinality(String),
  route LowCardinality(String),
  method LowCardinality(String),
  status_class LowCardinality(String),
  counted_from LowCardinality(String),
  feed LowCardinality(String),
  unit String,
  generation String,
  requests UInt64
) ENGINE = ReplacingMergeTree
PARTITION BY toDate(minute)
ORDER BY (account, region, api_id, stage, minute, unit, generation, route, method, status_class, counted_from);

-- One row for each day that a generation of a unit has totals of, written after them. A unit is read when all rows of `days` are here.
CREATE TABLE IF NOT EXISTS unit (
  unit String,
  day Date,
  days Array(Date),
  -- the generation: lines and bytes seen, version of the counting code, hash of content and reading settings
  rank UInt64,
  version UInt32,
  name String,
  feed LowCardinality(String),
  first_ms Int64,
  newest_ms Int64,
  lines UInt64,
  requests UInt64,
  bytes UInt64,
  rejected Map(String, UInt64),
  written_at DateTime64(3, 'UTC')
) ENGINE = ReplacingMergeTree
PARTITION BY day
ORDER BY (unit, rank, version, name);

-- Lines that were not read: where they stand, why, and their shape. Never their text, which may hold secrets.
CREATE TABLE IF NOT EXISTS reject (
  seen_at DateTime64(3, 'UTC'),
  feed LowCardinality(String),
  unit String,
  line UInt64,
  reason LowCardinality(String),
  detail String,
  shape String
) ENGINE = ReplacingMergeTree
PARTITION BY toDate(seen_at)
ORDER BY (feed, unit, line, reason)
SETTINGS ttl_only_drop_parts = 1;

-- Up to when each feed was read once. Written after the markers that it speaks of, so it is never ahead of them.
CREATE TABLE IF NOT EXISTS feed_progress (
  feed String,
  kind LowCardinality(String),
  complete_until DateTime64(3, 'UTC'),
  updated_at DateTime64(3, 'UTC')
) ENGINE = ReplacingMergeTree(complete_until)
ORDER BY feed;

-- Days that were rebuilt: the units that went in, their rows, and at last the marker that makes them count. A compaction is named
-- by what went in. The earliest marker of a day stands; a repeated one is a row of its own, so that it cannot hide when it was first.
CREATE TABLE IF NOT EXISTS compacted (
  compaction String,
  minute DateTime('UTC'),
  account LowCardinality(String),
  region LowCardinality(String),
  api_id LowCardinality(String),
  stage LowCardinality(String),
  route LowCardinality(String),
  method LowCardinality(String),
  status_class LowCardinality(String),
  counted_from LowCardinality(String),
  requests UInt64
) ENGINE = ReplacingMergeTree
PARTITION BY toDate(minute)
ORDER BY (account, region, api_id, stage, minute, compaction, route, method, status_class, counted_from);

CREATE TABLE IF NOT EXISTS compacted_unit (
  day Date,
  compaction String,
  unit String,
  generation String
) ENGINE = ReplacingMergeTree
PARTITION BY day
ORDER BY (compaction, unit, generation);

CREATE TABLE IF NOT EXISTS compaction (
  day Date,
  compaction String,
  units UInt64,
  written_at DateTime64(3, 'UTC')
) ENGINE = ReplacingMergeTree
PARTITION BY day
ORDER BY (day, compaction, written_at);
