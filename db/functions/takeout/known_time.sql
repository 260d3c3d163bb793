-- Times of lists and tables, where a time that cannot be read must not cost the record.

CREATE OR REPLACE FUNCTION takeout.known_time(p_text text) RETURNS timestamptz
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_at timestamptz := takeout.time(regexp_replace(p_text, '^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?) ?(?:UTC|GMT|Z)?$', '\1T\2Z'));
BEGIN
  RETURN takeout.kept_time(v_at);
END
$$;
COMMENT ON FUNCTION takeout.known_time(text) IS
  'A time in ISO 8601 or as tables have it (2024-03-05 18:07:09 UTC); NULL when it is none that the lake keeps.';
GRANT EXECUTE ON FUNCTION takeout.known_time(text) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.wall_time(p_text text) RETURNS timestamptz
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  -- Without seconds: activity times always have them.
  v_at timestamptz := takeout.activity_time(regexp_replace(p_text, '(?<![\d:.])(\d{1,2}[:.]\d\d)(?![\d:.])', '\1:00'));
BEGIN
  RETURN takeout.kept_time(v_at);
END
$$;
COMMENT ON FUNCTION takeout.wall_time(text) IS
  'A time in words (Dec 24, 2018, 12:00 AM; 24.12.2018, 00:00), with or without seconds, in the languages of '
  'activity_time; without a zone it is that clock read as UTC. NULL when it is none.';
GRANT EXECUTE ON FUNCTION takeout.wall_time(text) TO lake_user;
