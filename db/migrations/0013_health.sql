-- Measurements over time, and what they are about.
SET LOCAL ROLE lake_owner;
SET LOCAL search_path = pg_catalog, ext;

CREATE TABLE timeseries.metric (
  user_id  bigint NOT NULL DEFAULT lake.current_user_id(),
  at       timestamptz NOT NULL CHECK (at >= '1900-01-01 00:00:00+00' AND at < '2100-01-01 00:00:00+00'),
  end_at   timestamptz CHECK (end_at >= '1900-01-01 00:00:00+00' AND end_at < '2100-01-01 00:00:00+00'),
  value    double precision,
  ordinal  bigint,
  file_id  uuid,
  seq      smallint NOT NULL DEFAULT 0,
  is_local boolean NOT NULL DEFAULT false,
  metric   text NOT NULL,
  source   text NOT NULL DEFAULT '',
  attrs    jsonb,
  PRIMARY KEY (user_id, metric, at, source, seq)
);
SELECT create_hypertable('timeseries.metric', 'at', chunk_time_interval => interval '1 year',
  associated_schema_name => 'timeseries_chunks', create_default_indexes => false);
COMMENT ON TABLE timeseries.metric IS
  'Anything measured: steps, heart rate, weight. Natural key (user_id, metric, at, source, seq).';
COMMENT ON COLUMN timeseries.metric.end_at IS 'End of the span that a sum or mean is of; NULL for a moment.';
COMMENT ON COLUMN timeseries.metric.value IS 'In the unit that the metric''s name says (distance_m); NULL when the source has none, or words (attrs).';
COMMENT ON COLUMN timeseries.metric.seq IS 'The place among several values of one measurement; else 0.';
COMMENT ON COLUMN timeseries.metric.is_local IS 'The source tells the wall clock and no zone: at is that clock read as UTC.';
COMMENT ON COLUMN timeseries.metric.metric IS 'step_count, heart_rate_bpm, distance_m …';
COMMENT ON COLUMN timeseries.metric.source IS 'App, device or grain it comes from: sums of one day stand beside their parts under another source.';

CREATE TABLE user_data.workout (
  user_id     bigint NOT NULL DEFAULT lake.current_user_id(),
  id          bigint GENERATED ALWAYS AS IDENTITY,
  at          timestamptz NOT NULL CHECK (at >= '1900-01-01 00:00:00+00' AND at < '2100-01-01 00:00:00+00'),
  end_at      timestamptz CHECK (end_at >= '1900-01-01 00:00:00+00' AND end_at < '2100-01-01 00:00:00+00'),
  ident       uuid NOT NULL,
  type        text NOT NULL,
  title       text,
  duration_s  real,
  distance_m  real,
  energy_kcal real,
  steps       integer,
  is_local    boolean NOT NULL DEFAULT false,
  attrs       jsonb,
  file_id     uuid,
  ordinal     bigint,
  PRIMARY KEY (user_id, id),
  CONSTRAINT workout_key UNIQUE (user_id, ident)
);
CREATE INDEX workout_at ON user_data.workout (user_id, at DESC);
COMMENT ON TABLE user_data.workout IS
  'A session of exercise. Natural key (user_id, ident), a digest of type and start, so that a session in two formats is one.';
COMMENT ON COLUMN user_data.workout.type IS 'walking, running, biking …, lower-case.';
COMMENT ON COLUMN user_data.workout.is_local IS 'The source tells the wall clock and no zone: at is that clock read as UTC.';

CREATE TABLE user_data.sleep (
  user_id        bigint NOT NULL DEFAULT lake.current_user_id(),
  id             bigint GENERATED ALWAYS AS IDENTITY,
  at             timestamptz NOT NULL CHECK (at >= '1900-01-01 00:00:00+00' AND at < '2100-01-01 00:00:00+00'),
  end_at         timestamptz CHECK (end_at >= '1900-01-01 00:00:00+00' AND end_at < '2100-01-01 00:00:00+00'),
  ident          uuid NOT NULL,
  minutes_asleep real,
  minutes_awake  real,
  score          real,
  stages         jsonb,
  is_local       boolean NOT NULL DEFAULT false,
  attrs          jsonb,
  file_id        uuid,
  ordinal        bigint,
  PRIMARY KEY (user_id, id),
  CONSTRAINT sleep_key UNIQUE (user_id, ident)
);
CREATE INDEX sleep_at ON user_data.sleep (user_id, at DESC);
COMMENT ON TABLE user_data.sleep IS 'A night, or a nap. Natural key (user_id, ident), a digest of the source''s id of it.';
COMMENT ON COLUMN user_data.sleep.stages IS '[{"at", "stage", "seconds"}].';
COMMENT ON COLUMN user_data.sleep.is_local IS 'The source tells the wall clock and no zone: at is that clock read as UTC.';
