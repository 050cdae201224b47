-- The first warehouse. Clients name the views only; the tables behind them end in _local, so that they can become
-- Replicated + Distributed without a changed query. Never edit a landed migration: add the next number.
-- Expiry is by ingestion time, never by event time, or an import of last year would vanish on arrival.

-- What was said: one row per piece of feedback; the highest version stands (schemas/feedback.py).
-- The sort key holds only what never changes for a feedback: an edit carries the original time.
CREATE TABLE IF NOT EXISTS feedback_local (
  minute           DateTime('UTC')        CODEC(DoubleDelta, ZSTD(1)),
  tenant           LowCardinality(String),
  feedback_id      UInt64                 CODEC(NONE),
  version          UInt64                 CODEC(ZSTD(1)),
  withdrawn        UInt8                  DEFAULT 0 CODEC(T64, ZSTD(1)),
  time             DateTime64(3, 'UTC')   CODEC(Delta, ZSTD(1)),
  revision         UInt8                  DEFAULT 0,
  conversation_id  String                 DEFAULT '' CODEC(ZSTD(1)),
  customer_hash    String                 DEFAULT '' CODEC(ZSTD(1)),
  kind             LowCardinality(String) DEFAULT 'chat',
  sender_role      LowCardinality(String) DEFAULT 'customer',
  channel          LowCardinality(String) DEFAULT 'unknown',
  shop             LowCardinality(String) DEFAULT '',
  region           LowCardinality(String) DEFAULT '',
  product_model    LowCardinality(String) DEFAULT '',
  product_sku      LowCardinality(String) DEFAULT '',
  product_category LowCardinality(String) DEFAULT '',
  firmware         LowCardinality(String) DEFAULT '',
  caller_role      LowCardinality(String) DEFAULT '',
  language         LowCardinality(String) DEFAULT '',
  text             String                 DEFAULT '' CODEC(ZSTD(3)),
  speech_act       LowCardinality(String) DEFAULT '',
  intents          Array(LowCardinality(String)) DEFAULT [],
  sentiment        LowCardinality(String) DEFAULT 'neutral',
  polarity         Float32                DEFAULT 0 CODEC(ZSTD(1)),
  snow_score       Float64                DEFAULT 0.5 CODEC(ZSTD(1)),
  evidence         Array(String)          DEFAULT [] CODEC(ZSTD(1)),
  urgent           UInt8                  DEFAULT 0,
  attributes       Map(LowCardinality(String), String) DEFAULT map() CODEC(ZSTD(1)),
  input            LowCardinality(String) DEFAULT '',
  input_partition  UInt32                 DEFAULT 0 CODEC(ZSTD(1)),
  input_offset     UInt64                 DEFAULT 0 CODEC(Delta, ZSTD(1)),
  ingested_at      DateTime('UTC')        DEFAULT now() CODEC(Delta, ZSTD(1))
) ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMMDD(minute)
ORDER BY (minute, tenant, feedback_id)
TTL ingested_at + INTERVAL 400 DAY
SETTINGS ttl_only_drop_parts = 1, fsync_after_insert = 1, fsync_part_directory = 1;

-- What is known of a minute today: one row a tenant, written by minutes.COUNT and by nothing else. Element '' is the
-- tenant's total. weight is the sum of the versions counted, so the reading that saw more stands, without a clock.
CREATE TABLE IF NOT EXISTS minute_local (
  tenant   LowCardinality(String),
  minute   DateTime('UTC') CODEC(DoubleDelta, ZSTD(1)),
  weight   UInt64          CODEC(ZSTD(1)),
  topics   Array(LowCardinality(String)) CODEC(ZSTD(1)),
  n        Array(UInt32)   CODEC(ZSTD(1)),
  negative Array(UInt32)   CODEC(ZSTD(1)),
  positive Array(UInt32)   CODEC(ZSTD(1)),
  counted_at DateTime('UTC') DEFAULT now() CODEC(Delta, ZSTD(1))
) ENGINE = ReplacingMergeTree(weight)
PARTITION BY toYYYYMM(minute)
ORDER BY (tenant, minute)
TTL counted_at + INTERVAL 800 DAY
SETTINGS index_granularity = 256, ttl_only_drop_parts = 1, fsync_after_insert = 1, fsync_part_directory = 1;

-- What the detector was given when the minute closed: its log. The first insert stands, forever ("any" keeps the first of a
-- key, in order of insertion): the minute's own count, and in the same row, so that a row once read never grows, what earlier
-- minutes have gained (+) or lost (-) since they were last given: (about, topic, difference).
-- A known tenant has a row for every closed minute, even a silent one.
CREATE TABLE IF NOT EXISTS tested_local (
  tenant   LowCardinality(String),
  minute   DateTime('UTC') CODEC(DoubleDelta, ZSTD(1)),
  topics   SimpleAggregateFunction(any, Array(String)) CODEC(ZSTD(1)),
  n        SimpleAggregateFunction(any, Array(UInt32)) CODEC(ZSTD(1)),
  late     SimpleAggregateFunction(any, Array(Tuple(DateTime('UTC'), String, Int32))) CODEC(ZSTD(1)),
  given_at SimpleAggregateFunction(any, DateTime('UTC')) DEFAULT now() CODEC(Delta, ZSTD(1))
) ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(minute)
ORDER BY (tenant, minute)
TTL given_at + INTERVAL 800 DAY
SETTINGS index_granularity = 256, ttl_only_drop_parts = 1, fsync_after_insert = 1, fsync_part_directory = 1;

-- What the detector made of it: every live topic each ten minutes, and whatever surprised, each minute.
CREATE TABLE IF NOT EXISTS verdict_local (
  tenant   LowCardinality(String),
  minute   DateTime('UTC') CODEC(DoubleDelta, ZSTD(1)),
  topics   Array(LowCardinality(String)) CODEC(ZSTD(1)),
  expected Array(Float32)  CODEC(ZSTD(1)),
  low      Array(Float32)  CODEC(ZSTD(1)),
  high     Array(Float32)  CODEC(ZSTD(1)),
  surprise Array(Float32)  CODEC(ZSTD(1)),
  judged_at DateTime('UTC') DEFAULT now() CODEC(Delta, ZSTD(1))
) ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(minute)
ORDER BY (tenant, minute)
TTL judged_at + INTERVAL 800 DAY
SETTINGS index_granularity = 256, ttl_only_drop_parts = 1;

-- Every transition of an episode, in event time: opened, updated, closed. The same transition twice is the same row.
CREATE TABLE IF NOT EXISTS spike_transition_local (
  tenant     LowCardinality(String),
  spike_id   String,
  at         DateTime('UTC'),
  transition LowCardinality(String),
  kind       LowCardinality(String) DEFAULT 'topic',
  topic      LowCardinality(String),
  started    DateTime('UTC'),
  opened     DateTime('UTC'),
  updated    DateTime('UTC'),
  closed     Nullable(DateTime('UTC')),
  observed   UInt64,
  expected   Float64,
  low        Float64,
  high       Float64,
  surprise   Float64,
  detector   LowCardinality(String) DEFAULT ''
) ENGINE = ReplacingMergeTree
PARTITION BY toYear(at)
ORDER BY (tenant, spike_id, at, transition)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- What TELL explained and sent for a transition.
CREATE TABLE IF NOT EXISTS card_local (
  tenant     LowCardinality(String),
  spike_id   String,
  at         DateTime('UTC'),
  transition LowCardinality(String),
  label      String,
  severity   LowCardinality(String),
  owner      LowCardinality(String),
  where      Array(Tuple(dimension String, value String, observed UInt64, expected Float64, share_of_excess Float64)),
  verbatims  Array(String),
  sql        String,
  body       String CODEC(ZSTD(3)),
  told_at    DateTime('UTC') DEFAULT now()
) ENGINE = ReplacingMergeTree
PARTITION BY toYear(at)
ORDER BY (tenant, spike_id, at, transition)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS spike_verdict_local (
  tenant   LowCardinality(String),
  spike_id String,
  by       String,
  verdict  LowCardinality(String),
  note     String DEFAULT '',
  at       DateTime('UTC') DEFAULT now()
) ENGINE = ReplacingMergeTree(at)
ORDER BY (tenant, spike_id, by)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- Detector memory after `minute`, saved after that minute's transitions were told; tenant '' says how far all are judged.
-- Any snapshot is a valid start.
CREATE TABLE IF NOT EXISTS detector_state_local (
  detector LowCardinality(String),
  tenant   LowCardinality(String),
  minute   DateTime('UTC'),
  body     String CODEC(ZSTD(3)),
  saved_at DateTime('UTC') DEFAULT now()
) ENGINE = ReplacingMergeTree(minute)
ORDER BY (detector, tenant)
TTL saved_at + INTERVAL 400 DAY;

-- How far `voc run` has read an input, and what its clock and its debts were there (streams/position.py).
CREATE TABLE IF NOT EXISTS position_local (
  input    String,
  body     String,
  saved_at DateTime('UTC') DEFAULT now()
) ENGINE = ReplacingMergeTree
ORDER BY input
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- The order in which understandings (pipeline, taxonomy, code) came into force: part of a feedback's version.
CREATE TABLE IF NOT EXISTS understanding_local (
  fingerprint String,
  number      UInt16,
  since       DateTime('UTC') DEFAULT now()
) ENGINE = MergeTree
ORDER BY number
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS survey_local (
  time DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)), tenant LowCardinality(String), event_id UInt64, version UInt64,
  id String, source LowCardinality(String), subject String, channel LowCardinality(String), shop LowCardinality(String),
  region LowCardinality(String), response_id String, metric LowCardinality(String), score Float64, scale_min Float64,
  scale_max Float64, higher_is_better Nullable(Bool), resolved Nullable(Bool), comment String, touchpoint LowCardinality(String),
  product_model LowCardinality(String), product_sku LowCardinality(String), product_category LowCardinality(String),
  firmware LowCardinality(String), attributes Map(LowCardinality(String), String),
  input LowCardinality(String), input_partition UInt32, input_offset UInt64, ingested_at DateTime('UTC') DEFAULT now()
) ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMM(time) ORDER BY (tenant, toDate(time), event_id)
TTL ingested_at + INTERVAL 400 DAY SETTINGS ttl_only_drop_parts = 1, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS order_local (
  time DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)), tenant LowCardinality(String), event_id UInt64, version UInt64,
  id String, source LowCardinality(String), subject String, channel LowCardinality(String), shop LowCardinality(String),
  region LowCardinality(String), order_hash String, line_id String, kind LowCardinality(String),
  product_model LowCardinality(String), product_sku LowCardinality(String), product_category LowCardinality(String),
  firmware LowCardinality(String), quantity Nullable(Int64), amount_minor Nullable(Int64), currency LowCardinality(String),
  reason_code LowCardinality(String), reason_text String, attributes Map(LowCardinality(String), String),
  input LowCardinality(String), input_partition UInt32, input_offset UInt64, ingested_at DateTime('UTC') DEFAULT now()
) ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMM(time) ORDER BY (tenant, toDate(time), event_id)
TTL ingested_at + INTERVAL 400 DAY SETTINGS ttl_only_drop_parts = 1, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS conversation_local (
  time DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)), tenant LowCardinality(String), event_id UInt64, version UInt64,
  id String, source LowCardinality(String), subject String, channel LowCardinality(String), shop LowCardinality(String),
  region LowCardinality(String), kind LowCardinality(String), queue_ms Nullable(Int64), team LowCardinality(String),
  attributes Map(LowCardinality(String), String),
  input LowCardinality(String), input_partition UInt32, input_offset UInt64, ingested_at DateTime('UTC') DEFAULT now()
) ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMM(time) ORDER BY (tenant, toDate(time), event_id)
TTL ingested_at + INTERVAL 400 DAY SETTINGS ttl_only_drop_parts = 1, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS context_local (
  time DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)), tenant LowCardinality(String), event_id UInt64, version UInt64,
  id String, source LowCardinality(String), subject String, channel LowCardinality(String), shop LowCardinality(String),
  region LowCardinality(String), kind LowCardinality(String), title String, start DateTime64(3, 'UTC'),
  end Nullable(DateTime64(3, 'UTC')), products Array(String), channels Array(String), owner LowCardinality(String),
  attributes Map(LowCardinality(String), String),
  input LowCardinality(String), input_partition UInt32, input_offset UInt64, ingested_at DateTime('UTC') DEFAULT now()
) ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMM(time) ORDER BY (tenant, toDate(time), event_id)
TTL ingested_at + INTERVAL 400 DAY SETTINGS ttl_only_drop_parts = 1, fsync_after_insert = 1, fsync_part_directory = 1;

-- What could not be read: where it stood and why, in words that hold nothing personal.
CREATE TABLE IF NOT EXISTS dead_letter_local (
  input           LowCardinality(String),
  input_partition UInt32,
  input_offset    UInt64,
  sha256          String,
  reason          LowCardinality(String),
  detail          String CODEC(ZSTD(3)),
  seen_at         DateTime('UTC') DEFAULT now()
) ENGINE = ReplacingMergeTree
ORDER BY (input, input_partition, input_offset, sha256)
TTL seen_at + INTERVAL 90 DAY
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- The bytes themselves, apart: no view, no reader, seven days, for replay only.
CREATE TABLE IF NOT EXISTS dead_letter_raw_local (
  input           LowCardinality(String),
  input_partition UInt32,
  input_offset    UInt64,
  sha256          String,
  raw             String CODEC(ZSTD(3)),
  seen_at         DateTime('UTC') DEFAULT now()
) ENGINE = ReplacingMergeTree
ORDER BY (input, input_partition, input_offset, sha256)
TTL seen_at + INTERVAL 7 DAY
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- The views: the product's face for Grafana, `voc sql` and every other reader (notes in docs/reference/views.md).
CREATE VIEW IF NOT EXISTS feedback DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
SELECT tenant, minute, time, lower(leftPad(hex(feedback_id), 16, '0')) AS feedback_id, revision, conversation_id, customer_hash,
       kind, sender_role, channel, shop, region, product_model, product_sku, product_category, firmware, caller_role, language,
       text, speech_act, intents, sentiment, polarity, snow_score, evidence, urgent, attributes, input, input_partition,
       input_offset, ingested_at
FROM feedback_local FINAL WHERE NOT withdrawn
SETTINGS do_not_merge_across_partitions_select_final = 1;

CREATE VIEW IF NOT EXISTS topic_minute DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
SELECT tenant, topic, minute, count, negative, positive
FROM minute_local FINAL ARRAY JOIN topics AS topic, n AS count, negative, positive WHERE topic != '';

CREATE VIEW IF NOT EXISTS minute_total DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
SELECT tenant, minute, n[1] AS count, negative[1] AS negative, positive[1] AS positive FROM minute_local FINAL;

-- What the detector was given in a minute: its own count and, of earlier minutes, what became known in it.
CREATE VIEW IF NOT EXISTS topic_tested DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
SELECT tenant, topic, minute, sum(given) AS count
FROM (SELECT tenant, minute, arrayJoin(arrayConcat(arrayMap((t, k) -> (t, toInt64(k)), topics, n),
                                                   arrayMap(x -> (x.2, toInt64(x.3)), late))) AS cell,
             cell.1 AS topic, cell.2 AS given
      FROM tested_local FINAL)
WHERE topic != ''
GROUP BY tenant, topic, minute HAVING count != 0;

-- Draw it as a series of its own, points connected.
CREATE VIEW IF NOT EXISTS topic_band DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
SELECT tenant, topic, minute, expected, low, high, surprise
FROM verdict_local FINAL ARRAY JOIN topics AS topic, expected, low, high, surprise;

CREATE VIEW IF NOT EXISTS spike_transitions DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
SELECT spike_id, transition, at, tenant, kind, topic, started, opened, updated, closed, observed, expected, low, high, surprise
FROM spike_transition_local FINAL;

CREATE VIEW IF NOT EXISTS spikes DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
SELECT spike.id AS id, kind, tenant, topic, if(card.label = '', topic, card.label) AS label,
       if(card.severity = '', 'normal', card.severity) AS severity, started, opened, updated, closed, observed, expected, low, high,
       card.where AS where, card.verbatims AS verbatims, card.owner AS owner, card.sql AS sql
FROM (SELECT spike_id AS id, argMax(kind, at) AS kind, any(tenant) AS tenant, argMax(topic, at) AS topic,
             argMax(started, at) AS started, argMax(opened, at) AS opened, argMax(updated, at) AS updated,
             argMax(tuple(closed), at).1 AS closed, argMax(observed, at) AS observed, argMax(expected, at) AS expected,
             argMax(low, at) AS low, argMax(high, at) AS high
      FROM spike_transition_local FINAL GROUP BY spike_id) AS spike
LEFT JOIN (SELECT spike_id AS id, argMax(label, at) AS label, argMax(severity, at) AS severity, argMax(owner, at) AS owner,
                  argMax(where, at) AS where, argMax(verbatims, at) AS verbatims, argMax(sql, at) AS sql
           FROM card_local FINAL GROUP BY spike_id) AS card USING (id);

CREATE VIEW IF NOT EXISTS spike_verdicts DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
SELECT spike_id, verdict, by, note, at FROM spike_verdict_local FINAL;

CREATE VIEW IF NOT EXISTS surveys DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
SELECT time, tenant, id, source, subject, channel, shop, region, response_id, metric, score, scale_min, scale_max,
       higher_is_better, resolved, comment, touchpoint, product_model, product_sku, product_category, firmware,
       attributes, input, input_partition, input_offset, ingested_at
FROM survey_local FINAL;

CREATE VIEW IF NOT EXISTS orders DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
SELECT time, tenant, id, source, subject, channel, shop, region, order_hash, line_id, kind, product_model,
       product_sku, product_category, firmware, quantity, amount_minor, currency, reason_code, reason_text,
       attributes, input, input_partition, input_offset, ingested_at
FROM order_local FINAL;

CREATE VIEW IF NOT EXISTS conversations DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
SELECT time, tenant, id, source, subject, channel, shop, region, kind, queue_ms, team, attributes, input,
       input_partition, input_offset, ingested_at
FROM conversation_local FINAL;

CREATE VIEW IF NOT EXISTS context DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
SELECT time, tenant, id, source, subject, channel, shop, region, kind, title, start, end, products, channels, owner,
       attributes, input, input_partition, input_offset, ingested_at
FROM context_local FINAL;

CREATE VIEW IF NOT EXISTS dead_letters DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
SELECT input, input_partition, input_offset, reason, detail, sha256, seen_at FROM dead_letter_local FINAL;
