-- The two users of the product, for a ClickHouse server where users are made by SQL (a managed one, or one behind Kubernetes).
-- Run once as an administrator, with passwords of your own, before the first `voc migrate`.
-- On a cluster add ON CLUSTER '{cluster}' to each statement.
CREATE DATABASE IF NOT EXISTS voc;

CREATE USER IF NOT EXISTS voc_write IDENTIFIED WITH sha256_password BY 'CHANGE-ME-WRITE';
GRANT ALL ON voc.* TO voc_write;
GRANT TABLE ENGINE ON MergeTree TO voc_write;
GRANT TABLE ENGINE ON ReplacingMergeTree TO voc_write;
GRANT TABLE ENGINE ON AggregatingMergeTree TO voc_write;

-- readonly 2, not 1: every client sets max_execution_time.
CREATE SETTINGS PROFILE IF NOT EXISTS voc_reader SETTINGS
  readonly = 2, max_execution_time = 60 MIN 0.001 MAX 60, max_memory_usage = 4000000000 MIN 1 MAX 4000000000;
CREATE USER IF NOT EXISTS voc_read IDENTIFIED WITH sha256_password BY 'CHANGE-ME-READ' SETTINGS PROFILE 'voc_reader';
GRANT SELECT ON voc.feedback TO voc_read;
GRANT SELECT ON voc.topic_minute TO voc_read;
GRANT SELECT ON voc.minute_total TO voc_read;
GRANT SELECT ON voc.topic_tested TO voc_read;
GRANT SELECT ON voc.topic_band TO voc_read;
GRANT SELECT ON voc.spikes TO voc_read;
GRANT SELECT ON voc.spike_transitions TO voc_read;
GRANT SELECT ON voc.emergent_topics TO voc_read;
GRANT SELECT ON voc.spike_verdicts TO voc_read;
GRANT SELECT ON voc.deliveries TO voc_read;
GRANT SELECT ON voc.surveys TO voc_read;
GRANT SELECT ON voc.orders TO voc_read;
GRANT SELECT ON voc.conversations TO voc_read;
GRANT SELECT ON voc.context TO voc_read;
GRANT SELECT ON voc.dead_letters TO voc_read;
