-- What else the detector is given of a minute, in the same row, of which the first insert stands (ADR 0006). Rows from before
-- have none of it: their voices are not known, and their texts were not read for emergent topics.
ALTER TABLE tested_local
  -- by topic (element '' is the total): customers who had not spoken of it in the two hours before
  ADD COLUMN IF NOT EXISTS voices    SimpleAggregateFunction(any, Array(Tuple(String, UInt32))) CODEC(ZSTD(1)),
  -- by channel: the minute's own feedback
  ADD COLUMN IF NOT EXISTS channels  SimpleAggregateFunction(any, Array(Tuple(String, UInt32))) CODEC(ZSTD(1)),
  -- the feedback whose texts are read for emergent topics, as (minute, feedback_id): the minute's own, and what became known
  -- of earlier minutes
  ADD COLUMN IF NOT EXISTS said      SimpleAggregateFunction(any, Array(Tuple(DateTime('UTC'), UInt64))) CODEC(ZSTD(1)),
  -- a campaign, holiday or outage was announced for this minute
  ADD COLUMN IF NOT EXISTS announced SimpleAggregateFunction(any, UInt8) DEFAULT 0;

-- What an emergent topic was at a transition of its episode: its words, and the feedback it stands on.
CREATE TABLE IF NOT EXISTS emergent_local (
  tenant   LowCardinality(String),
  spike_id String,
  at       DateTime('UTC'),
  label    String,
  phrases  Array(String),
  topics   Array(Tuple(topic String, messages UInt32)),
  messages Array(UInt64),
  representative Array(UInt64)
) ENGINE = ReplacingMergeTree
PARTITION BY toYear(at)
ORDER BY (tenant, spike_id, at)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

CREATE VIEW IF NOT EXISTS emergent_topics DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
SELECT spike_id, at, tenant, label, phrases, topics, arrayMap(id -> lower(leftPad(hex(id), 16, '0')), messages) AS messages,
       arrayMap(id -> lower(leftPad(hex(id), 16, '0')), representative) AS representative
FROM emergent_local FINAL;
