-- A row of a table, by place and by name; anything else is a row without cells.
BEGIN;
SELECT plan(3);
SELECT results_eq($$SELECT cells, named FROM takeout.cells('[["Video ID", " a "], ["TITLE", ""], ["", "more"], ["Rest", "x"]]')$$,
  $$VALUES (ARRAY['a', '', 'more', 'x'], '{"video id": "a", "rest": "x"}'::jsonb)$$, 'cells in order, filled ones by name');
SELECT results_eq($$SELECT cells FROM unnest(ARRAY['[]', '{}', 'null', '1', '"x"']::jsonb[]) AS r, takeout.cells(r)$$,
  $$SELECT NULL::text[] FROM generate_series(1, 5)$$, 'no rows');
SELECT lives_ok($$SELECT * FROM takeout.cells('[1, "x", null, [], {}, [null, null], [[], {}], ["a"]]')$$, 'takes hostile rows');
SELECT * FROM finish();
ROLLBACK;
