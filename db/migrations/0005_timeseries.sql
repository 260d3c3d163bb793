-- Positions over time. A hypertable with one chunk a year: few chunks, whatever the dates.
SET LOCAL ROLE lake_owner;
SET LOCAL search_path = pg_catalog, ext;

CREATE TABLE timeseries.location (
  user_id      bigint NOT NULL DEFAULT lake.current_user_id(),
  at           timestamptz NOT NULL CHECK (at >= '1900-01-01 00:00:00+00' AND at < '2100-01-01 00:00:00+00'),
  cell         bigint NOT NULL,
  ordinal      bigint,
  file_id      uuid,
  seq          smallint NOT NULL DEFAULT 0,
  accuracy_m   real,
  altitude_m   real,
  velocity_mps real,
  heading_deg  real,
  pos          geography(Point, 4326) NOT NULL,
  source       text,
  device       text,
  attrs        jsonb,
  PRIMARY KEY (user_id, at, cell, seq)
);
SELECT create_hypertable('timeseries.location', 'at', chunk_time_interval => interval '1 year',
  associated_schema_name => 'timeseries_chunks', create_default_indexes => false);
CREATE INDEX location_place ON timeseries.location (user_id, cell);
COMMENT ON TABLE timeseries.location IS
  'A position at a time. Natural key (user_id, at, cell, seq): one place at one time is one point.';
COMMENT ON COLUMN timeseries.location.cell IS
  'The position as one number (lake.cell): strips of a hundredth of a degree of latitude, in them by longitude, so '
  'that an area is a few ranges of numbers, and row-level security can use the index.';
COMMENT ON COLUMN timeseries.location.seq IS
  'Order within one moment of a path whose times are known to the minute only; else 0.';
COMMENT ON COLUMN timeseries.location.source IS 'What measured it: GPS, WIFI, CELL, PATH (drawn by the phone) …';
