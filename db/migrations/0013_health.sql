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
  ident    uuid NOT NULL,
  is_local boolean NOT NULL DEFAULT false,
  metric   text NOT NULL,
  source   text,
  attrs    jsonb,
  PRIMARY KEY (user_id, metric, at, ident)
);
SELECT create_hypertable('timeseries.metric', 'at', chunk_time_interval => interval '1 year',
  associated_schema_name => 'timeseries_chunks', create_default_indexes => false);
COMMENT ON TABLE timeseries.metric IS
  'Anything measured: steps, heart rate, weight. Natural key (user_id, metric, at, ident).';
COMMENT ON COLUMN timeseries.metric.end_at IS 'End of the span that a sum or mean is of; NULL for a moment.';
COMMENT ON COLUMN timeseries.metric.value IS
  'In the unit that the metric''s name says (distance_m); NULL when the source gives words (attrs), or nothing.';
COMMENT ON COLUMN timeseries.metric.ident IS
  'Digest of the stream, the end, and the place among several values of one measurement.';
COMMENT ON COLUMN timeseries.metric.is_local IS 'The source tells the wall clock and no zone: at is that clock read as UTC.';
COMMENT ON COLUMN timeseries.metric.metric IS
  'step_count, heart_rate_bpm, distance_m …; sums of other grain have names of their own (day_step_count), so that a sum '
  'over one metric counts nothing twice, but for streams of one metric (source).';
COMMENT ON COLUMN timeseries.metric.source IS 'The app, device or stream that it comes from.';

CREATE TABLE user_data.workout (
  user_id     bigint NOT NULL DEFAULT lake.current_user_id(),
  id          bigint GENERATED ALWAYS AS IDENTITY,
  at          timestamptz NOT NULL CHECK (at >= '1900-01-01 00:00:00+00' AND at < '2100-01-01 00:00:00+00'),
  end_at      timestamptz CHECK (end_at >= '1900-01-01 00:00:00+00' AND end_at < '2100-01-01 00:00:00+00'),
  coarse      boolean NOT NULL DEFAULT false,
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
COMMENT ON COLUMN user_data.workout.coarse IS 'Told by a track (TCX) alone; the file of the session tells more.';
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
  log_id         text,
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
COMMENT ON COLUMN user_data.sleep.score IS '0 to 100; it comes in a file of its own (imports.settle_health).';
COMMENT ON COLUMN user_data.sleep.log_id IS 'The source''s id of the night.';
COMMENT ON COLUMN user_data.sleep.stages IS '[{"at", "stage", "seconds"}].';
COMMENT ON COLUMN user_data.sleep.is_local IS 'The source tells the wall clock and no zone: at is that clock read as UTC.';
