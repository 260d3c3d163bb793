-- Times that are numbers of an unknown unit: Chrome writes seconds, milliseconds and microseconds since 1970, and
-- microseconds since 1601, in fields of one name. The size of the number tells which; 0 is no time.

CREATE OR REPLACE FUNCTION takeout.epoch_time(p_text text) RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT CASE WHEN p_text !~ '^[1-9]\d{0,16}$' THEN NULL
              WHEN length(p_text) <= 11 THEN takeout.microseconds(p_text::bigint * 1000000)
              WHEN length(p_text) <= 14 THEN takeout.microseconds(p_text::bigint * 1000)
              -- Counted from 1970 this would be after 2255, counted from 1601 before 1886.
              WHEN p_text::bigint < 9000000000000000 THEN takeout.microseconds(p_text::bigint)
              ELSE takeout.microseconds(p_text::bigint - 11644473600000000) END
$$;
COMMENT ON FUNCTION takeout.epoch_time(text) IS
  'A time from digits: seconds, milliseconds or microseconds since 1970, or microseconds since 1601, by their number; '
  'NULL for 0 and anything else. May lie outside of the years that the lake keeps.';
GRANT EXECUTE ON FUNCTION takeout.epoch_time(text) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.kept_time(p_at timestamptz) RETURNS timestamptz
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT CASE WHEN p_at >= '1900-01-01 00:00:00+00' AND p_at < '2100-01-01 00:00:00+00' THEN p_at END $$;
COMMENT ON FUNCTION takeout.kept_time(timestamptz) IS
  'The time, or NULL outside of the years that the lake keeps: for things that are good without a time.';
GRANT EXECUTE ON FUNCTION takeout.kept_time(timestamptz) TO lake_user;
