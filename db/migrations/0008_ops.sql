-- What happened, and what runs when.
SET LOCAL ROLE lake_owner;

CREATE TABLE ops.event (
  user_id bigint NOT NULL,
  at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  id      bigint GENERATED ALWAYS AS IDENTITY,
  kind    text NOT NULL,
  detail  jsonb NOT NULL DEFAULT '{}',
  PRIMARY KEY (user_id, at, id)
) PARTITION BY RANGE (at);
COMMENT ON TABLE ops.event IS
  'What happened: loads begun, ended, failed; jobs; deploys. Partitioned by pg_partman, by month. '
  'user_id 0: the lake itself.';
SELECT partman.create_parent('ops.event', 'at', '1 month', p_premake => 3);
UPDATE partman.part_config SET infinite_time_partitions = true, inherit_privileges = false
 WHERE parent_table = 'ops.event';

CREATE TABLE ops.job (
  name     text PRIMARY KEY,
  schedule text NOT NULL,
  command  text NOT NULL
);
COMMENT ON TABLE ops.job IS
  'The jobs of db/jobs. pg_cron runs them in the database that it lives in; elsewhere ops.run_job does, by name.';
