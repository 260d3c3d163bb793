-- What was said of films in the results of a search: told by their keys, since the names are those of other products.
BEGIN;
SELECT plan(6);
SELECT results_eq($$SELECT ordinal, reject, at, title, rating, body FROM takeout.search_review('[{"Search Query": "Fog", "Review Star Rating": 4, "Review Comment": "damp", "Published": "2023-11-12T00:00:00.123Z"}, {"Published": "x"}]', '{}')$$,
  $$VALUES (1::bigint, NULL::text, '2023-11-12 00:00:00.123+00'::timestamptz, 'Fog', 4::real, 'damp'), (2, 'no title', NULL, NULL, NULL, NULL)$$, 'reviews');
SELECT results_eq($$SELECT ordinal, reject, title, rating FROM takeout.search_thumb('[{"Search Query": "Kelp!", "Thumbs Rating": "UP"}, {"Search Query": "Sand", "Thumbs Rating": "DOWN"}, {"Search Query": "Fog"}, {}]', '{}')$$,
  $$VALUES (1::bigint, NULL::text, 'Kelp!', 5::real), (2, NULL, 'Sand', 1), (3, NULL, 'Fog', NULL), (4, 'no title', NULL, NULL)$$, 'thumbs');
SELECT results_eq($$SELECT at, type, title FROM takeout.search_watched('[{"Search Query": "Ferry", "Published": "2023-11-12T02:00:00Z"}]', '{}') UNION ALL SELECT at, type, title FROM takeout.streaming_provider('[{"Provider Name": "Tubewave", "Published": "2023-11-12T04:00:00Z"}]', '{}')$$,
  $$VALUES ('2023-11-12 02:00:00+00'::timestamptz, 'search_watched', 'Ferry'), ('2023-11-12 04:00:00+00', 'streaming_provider', 'Tubewave')$$, 'what was watched, and where');
SELECT results_eq($$SELECT imports.recognize(p, NULL) FROM unnest(ARRAY['Takeout/Search Contributions/Reviews.json', 'Takeout/Search Contributions/Thumbs.json', 'Takeout/Search Contributions/Watched.json', 'Takeout/Search Contributions/Streaming video providers.json']) AS p$$,
  ARRAY['search_reviews', 'search_thumbs', 'search_watched', 'streaming_providers'], 'recognised by name');
SELECT results_eq($$SELECT imports.recognize('Takeout/X/Y.json', h) FROM (VALUES ('[ {"Search Query": "a", "Review Star Rating": 4'), ('[{"Search Query": "a", "Thumbs Rating": "UP"'), ('[{"Search Query": "a \"b\"", "Published": "x"'), ('[{"Provider Name": "a"')) AS v(h)$$,
  ARRAY['search_reviews', 'search_thumbs', 'search_watched', 'streaming_providers'], 'recognised by content');
SELECT lives_ok($$SELECT count(*) FROM (VALUES ('[null, 1, [], "x", {}, {"Search Query": [], "Provider Name": {}, "Published": 7, "Thumbs Rating": []}]'::jsonb)) AS v(r),
  LATERAL (SELECT ordinal FROM takeout.search_review(r, '{}') UNION ALL SELECT ordinal FROM takeout.search_thumb(r, '{}') UNION ALL SELECT ordinal FROM takeout.search_watched(r, '{}') UNION ALL SELECT ordinal FROM takeout.streaming_provider(r, '{}')) AS x$$, 'takes hostile records');
SELECT * FROM finish();
ROLLBACK;
