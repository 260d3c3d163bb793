-- Keys of objects inside a record are taken out, and nothing else is touched.
BEGIN;
SELECT plan(2);
SELECT results_eq($$SELECT takeout.without(r::jsonb, 'doc.title', 'title') FROM unnest(ARRAY['{"doc": {"title": 1, "x": 2}, "title": 3}', '{"doc": [1]}', '{"doc": "x"}', '{}', '[]', '7', NULL]) AS r$$,
  $$VALUES ('{"doc": {"x": 2}}'::jsonb), ('{"doc": [1]}'), ('{"doc": "x"}'), ('{}'), ('[]'), ('7'), (NULL)$$, 'whatever stands there');
SELECT is(takeout.without('{"a": {"b": {"c": 1, "d": 2}}}', 'a.b.c', 'a.x.y', 'a.b.d.e'), '{"a": {"b": {"d": 2}}}', 'at any depth');
SELECT * FROM finish();
ROLLBACK;
