-- A rated film is a review, any other one an item.
BEGIN;
SELECT plan(3);
CREATE TEMP TABLE records AS SELECT '[{"title": "Fog", "rating": "THUMBS_UP", "ratingTime": "2023-11-11T11:11:11Z"}, {"title": "Kelp!"}, {"rating": 3}, {}, null, {"service": "Tube"}]'::jsonb AS list;
SELECT results_eq($$SELECT ordinal, reject, at, title, rating FROM records, takeout.movie_rating(list, '{}') ORDER BY 1$$,
  $$VALUES (1::bigint, NULL, '2023-11-11 11:11:11+00'::timestamptz, 'Fog', 5::real), (3, 'no title', NULL, NULL, 3)$$, 'ratings');
SELECT results_eq($$SELECT ordinal, reject, title, attrs FROM records, takeout.movie_item(list, '{"path": "a/Watchlist.json"}') ORDER BY 1$$,
  $$VALUES (2::bigint, NULL, 'Kelp!', '{"list": "Watchlist"}'::jsonb), (4, 'an empty object', NULL, '{"list": "Watchlist"}'), (6, NULL, NULL, '{"list": "Watchlist", "service": "Tube"}')$$, 'items');
SELECT is(imports.recognize('Takeout/Google Play Movies _ TV/Ratings.json', NULL), 'play_movies', 'recognised by name');
SELECT * FROM finish();
ROLLBACK;
