-- What TELL keeps so that a card is never lost and a channel that is down delays only itself.

-- The card as data, so that it can be rendered again for a channel that was away.
ALTER TABLE card_local ADD COLUMN IF NOT EXISTS card String DEFAULT '' CODEC(ZSTD(3));

-- One row for each card and channel that it is owed to; the highest version stands (streams/warehouse/deliveries.py).
CREATE TABLE IF NOT EXISTS delivery_local (
  tenant     LowCardinality(String),
  spike_id   String,
  at         DateTime('UTC'),
  transition LowCardinality(String),
  channel    LowCardinality(String),
  version    UInt64,
  state      LowCardinality(String),
  thread     String DEFAULT '',
  detail     String DEFAULT '',
  changed_at DateTime('UTC') DEFAULT now()
) ENGINE = ReplacingMergeTree(version)
PARTITION BY toYear(at)
ORDER BY (tenant, spike_id, at, transition, channel)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

CREATE VIEW IF NOT EXISTS deliveries DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
SELECT tenant, spike_id, at, transition, channel, state, detail, changed_at FROM delivery_local FINAL;

-- A mute has an end. Rows from before have none: theirs is a week after `at`.
ALTER TABLE spike_verdict_local ADD COLUMN IF NOT EXISTS until Nullable(DateTime('UTC'));

CREATE OR REPLACE VIEW spike_verdicts DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
SELECT spike_id, verdict, by, note, at, tenant, until FROM spike_verdict_local FINAL;
