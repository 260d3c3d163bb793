-- Searches of old exports: one for each time; the same as in My Activity.
BEGIN;
SELECT plan(6);
CREATE TEMP TABLE searches AS SELECT s.* FROM takeout.search_query('[
  {"query": {"id": [{"timestamp_usec": "1485845767211578"}, {"timestamp_usec": "1485845867000001"}], "query_text": "ferry times"}},
  {"query": {"id": [{"timestamp_usec": "1485845967211578"}], "query_text": "café & \"été\"", "kind": "image"}, "more": 1},
  {"query": {"id": [], "query_text": "when"}}, {"query": {"id": [{"timestamp_usec": "x"}], "query_text": "odd"}},
  {"query": {"id": [{"timestamp_usec": "1485845967211578"}]}}, {"query": {"id": [{"timestamp_usec": "99999999999999999"}], "query_text": "far"}}, {"query": 7}, null, 7
]', '{}') AS s;
SELECT results_eq('SELECT ordinal, at, product, title, url, attrs FROM searches WHERE reject IS NULL ORDER BY at',
  $$VALUES (1::bigint, '2017-01-31 06:56:07.211+00'::timestamptz, 'Search', 'ferry times', 'https://www.google.com/search?q=ferry+times', '{"timestamp_usec": "1485845767211578"}'::jsonb),
           (1, '2017-01-31 06:57:47+00', 'Search', 'ferry times', 'https://www.google.com/search?q=ferry+times', '{"timestamp_usec": "1485845867000001"}'),
           (2, '2017-01-31 06:59:27.211+00', 'Search', 'café & "été"', 'https://www.google.com/search?q=caf%C3%A9+%26+%22%C3%A9t%C3%A9%22',
            '{"timestamp_usec": "1485845967211578", "query": {"kind": "image"}, "more": 1}')$$, 'a query is asked at several times');
SELECT results_eq('SELECT ordinal, reject FROM searches WHERE reject IS NOT NULL ORDER BY 1',
  $$VALUES (3::bigint, 'no time'), (4, 'the time is no time'), (5, 'no text'), (6, 'the time is outside of 1900 to 2099')$$, 'rejects');
SELECT results_eq('SELECT at, ident FROM searches WHERE ordinal = 1 ORDER BY at LIMIT 1',
  $$SELECT at, ident FROM takeout.activity('[{"title": "Searched for ferry times", "titleUrl": "https://www.google.com/search?q=ferry+times", "time": "2017-01-31T06:56:07.211Z"}]', '{}')$$,
  'the same event as in My Activity');
SELECT is(imports.recognize('Takeout/Searches/2016-01-01 January 2016 to March 2016.json', NULL), 'searches', 'recognised by name');
SELECT is(imports.recognize('Takeout/Suchen/x.json', '{"event":[{"query":{"id":[{'), 'searches', 'and by content');
SELECT is(takeout.search_url(NULL), NULL, 'nothing has no address');
SELECT * FROM finish();
ROLLBACK;
