-- Extensions by their id, so that another version is another state of one thing.
BEGIN;
SELECT plan(4);
SELECT results_eq($$SELECT ordinal, reject, title, attrs ->> 'version' FROM takeout.extension('[{"id": "a", "name": "Tab", "version": "1.4"}, {"id": "b"}, {"version": "1"}]', '{}')$$,
  $$VALUES (1::bigint, NULL::text, 'Tab', '1.4'), (2, NULL, NULL, NULL), (3, 'neither an id nor a name', NULL, '1')$$, 'extensions');
SELECT is((SELECT count(DISTINCT ident) FROM takeout.extension('[{"id": "a", "version": "1"}, {"id": "a", "version": "2"}]', '{}')), 1::bigint, 'one thing in two versions');
SELECT results_eq($$SELECT imports.recognize(p, h) FROM (VALUES ('Takeout/Chrome/Extensions.json', NULL), ('Takeout/Chrome/Erweiterung.json', '{"Extensions": [')) AS v(p, h)$$,
  ARRAY['extensions', 'extensions'], 'recognised by name and by content');
SELECT lives_ok($$SELECT count(*) FROM takeout.extension('[null, 1, [], "x", {}, {"id": [], "name": {}}]', '{}')$$, 'takes hostile records');
SELECT * FROM finish();
ROLLBACK;
