-- Google Play Movies & TV (the folder is called "Google Play Movies _ TV"): Ratings.json, Watchlist.json, Linked
-- Services.json, lists of objects with a title.
-- Traps: the shape is known from few exports; a rating is a thumb. Lists are often empty.
CALL imports.register_document('play_movies', 'Google Play Movies & TV', 'json',
  ARRAY['(^|/)Google Play Movies [^/]*TV/(Ratings|Watchlist|Linked Services)\.json$']);
CALL imports.register_kind('movie_item', 'play_movies', 0, '{"list": []}',
  '[{"table": "user_data.review", "parser": "takeout.movie_rating", "apart": true, "newest": true},
    {"table": "user_data.item", "parser": "takeout.movie_item", "apart": true, "state": true}]');

CREATE OR REPLACE FUNCTION takeout.movie_rating(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, product text, title text, rating real, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT m.ordinal, CASE WHEN m.title IS NULL THEN 'no title' END, m.at,
         takeout.ident('review', 'Google Play Movies & TV', m.title), 'Google Play Movies & TV', m.title,
         CASE WHEN m.record ->> 'rating' ~ 'UP$' THEN 5 WHEN m.record ->> 'rating' ~ 'DOWN$' THEN 1
              ELSE takeout.number(m.record ->> 'rating') END,
         nullif(m.record - 'title' - CASE WHEN m.at IS NULL THEN '' ELSE 'ratingTime' END, '{}')
    FROM (SELECT r.ordinal, r.record, nullif(r.record ->> 'title', '') AS title, takeout.known_time(r.record ->> 'ratingTime') AS at
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
           WHERE jsonb_typeof(r.record) = 'object' AND r.record ? 'rating'
          OFFSET 0) AS m
$$;
COMMENT ON FUNCTION takeout.movie_rating(jsonb, jsonb) IS 'Films that were rated: thumbs are 5 and 1, as in all reviews.';
GRANT EXECUTE ON FUNCTION takeout.movie_rating(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.movie_item(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, ident uuid, type text, product text, title text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT m.ordinal, CASE WHEN m.record = '{}' THEN 'an empty object' END,
         takeout.ident('movie_item', m.list, coalesce(m.record ->> 'title', m.record::text)),
         'movie_item', 'Google Play Movies & TV', nullif(m.record ->> 'title', ''),
         jsonb_build_object('list', m.list) || (m.record - 'title')
    FROM (SELECT r.ordinal, r.record, substring(p_file ->> 'path' FROM '([^/]+)\.json$') AS list
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
           WHERE jsonb_typeof(r.record) = 'object' AND NOT r.record ? 'rating'
          OFFSET 0) AS m
$$;
COMMENT ON FUNCTION takeout.movie_item(jsonb, jsonb) IS 'Films on the watchlist, and linked services; attrs ->> ''list'' names the file.';
GRANT EXECUTE ON FUNCTION takeout.movie_item(jsonb, jsonb) TO lake_user;
