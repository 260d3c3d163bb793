-- Places as Maps and Saved write them: coordinates of 0,0 mean none, and some stand in the address of the map only.

CREATE OR REPLACE FUNCTION takeout.place_point(p_longitude text, p_latitude text) RETURNS ext.geography
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT CASE WHEN abs(takeout.double(p_longitude)) <= 180 AND abs(takeout.double(p_latitude)) <= 90
                   AND (takeout.double(p_longitude) <> 0 OR takeout.double(p_latitude) <> 0)
              THEN ext.st_point(takeout.double(p_longitude), takeout.double(p_latitude), 4326)::ext.geography END
$$;
COMMENT ON FUNCTION takeout.place_point(text, text) IS 'A position from degrees as they are written, longitude first; NULL for 0,0 and what is not on Earth.';
GRANT EXECUTE ON FUNCTION takeout.place_point(text, text) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.map_url_degrees(p_url text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  -- The place itself, a search for coordinates, else where the map looks.
  SELECT coalesce(regexp_match(p_url, '!3d(-?\d{1,2}(?:\.\d+)?)!4d(-?\d{1,3}(?:\.\d+)?)'),
                  regexp_match(p_url, '[=/](-?\d{1,2}(?:\.\d+)?)(?:,|%2C)[ +]?(-?\d{1,3}(?:\.\d+)?)(?:[/&?]|$)'),
                  regexp_match(p_url, '/@(-?\d{1,2}(?:\.\d+)?),(-?\d{1,3}(?:\.\d+)?),'))
$$;
COMMENT ON FUNCTION takeout.map_url_degrees(text) IS '{latitude, longitude} as they are written in the address of a map; NULL when there are none.';
GRANT EXECUTE ON FUNCTION takeout.map_url_degrees(text) TO lake_user;
