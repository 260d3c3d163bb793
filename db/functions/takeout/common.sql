-- What the parsers of several kinds share: times, numbers, positions. All of it gives NULL for what it cannot read,
-- so that one odd value costs its record and not the batch. Small enough for the planner to inline.

CREATE OR REPLACE FUNCTION takeout.time(p_text text) RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  -- The pattern keeps out what the type would take, but Google never wrote: now, epoch, 1/2/2024.
  SELECT CASE WHEN p_text NOT LIKE '____%-__-__T__:__%' THEN NULL
              WHEN right(p_text, 1) = 'Z' OR p_text ~ 'T.*[-+]\d\d(:?\d\d)?$'
                THEN CASE WHEN pg_input_is_valid(p_text, 'timestamptz') THEN p_text::timestamptz END
              WHEN pg_input_is_valid(p_text || 'Z', 'timestamptz') THEN (p_text || 'Z')::timestamptz END
$$;
COMMENT ON FUNCTION takeout.time(text) IS
  'A time in ISO 8601 (2024-03-05T18:07:09.123Z, with an offset, or without: UTC); NULL for anything else.';
GRANT EXECUTE ON FUNCTION takeout.time(text) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.microseconds(p_count bigint) RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT CASE WHEN p_count BETWEEN -2300000000000000 AND 4200000000000000
              THEN 'epoch'::timestamptz + p_count * interval '1 microsecond'
              WHEN p_count IS NOT NULL THEN 'infinity' END
$$;
COMMENT ON FUNCTION takeout.microseconds(bigint) IS
  'Microseconds since 1970 as a time; infinity for what is far out of the range that the lake keeps.';
GRANT EXECUTE ON FUNCTION takeout.microseconds(bigint) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.milliseconds(p_text text) RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT CASE WHEN length(p_text) < 16 AND pg_input_is_valid(p_text, 'bigint')
              THEN takeout.microseconds(p_text::bigint * 1000) END
$$;
COMMENT ON FUNCTION takeout.milliseconds(text) IS 'Milliseconds since 1970, written as digits; NULL for anything else.';
GRANT EXECUTE ON FUNCTION takeout.milliseconds(text) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.time_fault(p_text text, p_at timestamptz) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT CASE WHEN p_at >= '1900-01-01 00:00:00+00' AND p_at < '2100-01-01 00:00:00+00' THEN NULL
              WHEN p_at IS NOT NULL THEN 'the time is outside of 1900 to 2099'
              WHEN p_text IS NULL THEN 'no time'
              ELSE 'the time is no time' END
$$;
COMMENT ON FUNCTION takeout.time_fault(text, timestamptz) IS
  'Why a record with this time (as written, and as read) is rejected; NULL when the time is good.';
GRANT EXECUTE ON FUNCTION takeout.time_fault(text, timestamptz) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.span_fault(p_record jsonb, p_at timestamptz, p_end_at timestamptz) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT coalesce(takeout.time_fault(p_record ->> 'startTime', p_at),
                  CASE WHEN p_record ? 'endTime' THEN takeout.time_fault(p_record ->> 'endTime', p_end_at) END)
$$;
COMMENT ON FUNCTION takeout.span_fault(jsonb, timestamptz, timestamptz) IS
  'Why a record with a startTime, and perhaps an endTime (these are them, as read), is rejected; NULL when they are good.';
GRANT EXECUTE ON FUNCTION takeout.span_fault(jsonb, timestamptz, timestamptz) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.number(p_text text) RETURNS real
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT CASE WHEN pg_input_is_valid(p_text, 'real') AND right(p_text, 1) BETWEEN '.' AND '9' THEN p_text::real END
$$;
COMMENT ON FUNCTION takeout.number(text) IS 'A finite number, or NULL.';
GRANT EXECUTE ON FUNCTION takeout.number(text) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.double(p_text text) RETURNS double precision
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT CASE WHEN pg_input_is_valid(p_text, 'float8') AND right(p_text, 1) BETWEEN '.' AND '9' THEN p_text::float8 END
$$;
COMMENT ON FUNCTION takeout.double(text) IS 'A finite number with all its digits, or NULL.';
GRANT EXECUTE ON FUNCTION takeout.double(text) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.e7(p_text text) RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  -- Some exports wrote negative ones unsigned: above 1.8e9 they are 2^32 too high.
  SELECT CASE WHEN length(p_text) < 12 AND pg_input_is_valid(p_text, 'bigint')
              THEN CASE WHEN p_text::bigint > 1800000000 THEN p_text::bigint - 4294967296 ELSE p_text::bigint END END
$$;
COMMENT ON FUNCTION takeout.e7(text) IS 'Degrees times 1e7, written as digits.';
GRANT EXECUTE ON FUNCTION takeout.e7(text) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.pair(p_text text) RETURNS bigint[]
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  -- This is how PostgreSQL writes a point.
  SELECT CASE WHEN pg_input_is_valid(p_text, 'point')
              THEN CASE WHEN abs((p_text::point)[0]) < 1000 AND abs((p_text::point)[1]) < 1000
                        THEN ARRAY[round((p_text::point)[0] * 1e7)::bigint, round((p_text::point)[1] * 1e7)::bigint] END END
$$;
COMMENT ON FUNCTION takeout.pair(text) IS
  '{latitude, longitude} in 1e-7 degrees of a text such as 45.5,-122.6; NULL for anything else.';
GRANT EXECUTE ON FUNCTION takeout.pair(text) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.coordinates(p_text text) RETURNS bigint[]
LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT takeout.pair(translate(p_text, '°geo:', '')) $$;
COMMENT ON FUNCTION takeout.coordinates(text) IS
  '{latitude, longitude} in 1e-7 degrees of a text such as 45.5°, -122.6° or geo:45.5,-122.6; NULL for anything else.';
GRANT EXECUTE ON FUNCTION takeout.coordinates(text) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.point(p_latitude_e7 bigint, p_longitude_e7 bigint) RETURNS ext.geography
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT CASE WHEN abs(p_latitude_e7) <= 900000000 AND abs(p_longitude_e7) <= 1800000000
              THEN ext.st_point(p_longitude_e7 / 1e7::float8, p_latitude_e7 / 1e7::float8, 4326)::ext.geography END
$$;
COMMENT ON FUNCTION takeout.point(bigint, bigint) IS 'A position from 1e-7 degrees; NULL when it is not on Earth.';
GRANT EXECUTE ON FUNCTION takeout.point(bigint, bigint) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.mode(p_text text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT coalesce(nullif(upper(replace(btrim(p_text), ' ', '_')), ''), 'UNKNOWN') $$;
COMMENT ON FUNCTION takeout.mode(text) IS 'A movement in one spelling: in tram is IN_TRAM; none is UNKNOWN.';
GRANT EXECUTE ON FUNCTION takeout.mode(text) TO lake_user;
