-- The words of a dictionary, told by the name of the file alone.
BEGIN;
SELECT plan(3);
SELECT results_eq($$SELECT ordinal, reject, title, attrs FROM takeout.dictionary_word('[["nudibranch"], ["two", "cells"], [""], "x"]', '{}')$$,
  $$VALUES (1::bigint, NULL::text, 'nudibranch', NULL::jsonb), (2, NULL, 'two', '{"more": ["cells"]}'), (3, 'no word', NULL, NULL)$$, 'words');
SELECT results_eq($$SELECT imports.recognize(p, 'kelp') FROM (VALUES ('Takeout/Chrome/Dictionary.csv'), ('Takeout/Chrome/X.csv')) AS v(p)$$,
  ARRAY['dictionary', NULL], 'recognised by name alone');
SELECT lives_ok($$SELECT count(*) FROM takeout.dictionary_word('[null, 1, [], "x", {}, [[]], [{}], [null]]', '{}')$$, 'takes hostile records');
SELECT * FROM finish();
ROLLBACK;
