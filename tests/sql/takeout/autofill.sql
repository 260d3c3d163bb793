-- What was typed into forms, and when last; addresses with the name they are for.
BEGIN;
SELECT plan(7);
SELECT results_eq($$SELECT ordinal, reject, at, title, body FROM takeout.autofill_entry('[
    {"name": "email", "value": "r@example.com", "usage_timestamp": ["13327830489000000", "13348638245000000"]}, {"name": "coupon", "value": "K", "usage_timestamp": []}, {"usage_timestamp": "x"}]', '{}')$$,
  $$VALUES (1::bigint, NULL::text, '2024-01-02 03:04:05+00'::timestamptz, 'email', 'r@example.com'), (2, NULL, NULL, 'coupon', 'K'), (3, 'neither a name nor a value', NULL, NULL, NULL)$$, 'entries');
SELECT results_eq($$SELECT title, type FROM takeout.autofill_profile('[{"guid": "g", "name_full": ["Robin Quill", "R. Q."]}, {"guid": "h", "name_full": "Tam"}, {"guid": "i", "name_full": {"a": 1}}]', '{}')$$,
  $$VALUES ('Robin Quill, R. Q.', 'autofill_profile'), ('Tam', 'autofill_profile'), (NULL, 'autofill_profile')$$, 'profiles');
SELECT results_eq($$SELECT imports.recognize(p, h) FROM (VALUES ('Takeout/Chrome/Autofill.json', NULL), ('Takeout/Chrome/Addresses and more.json', NULL), ('Takeout/Chrome/X.json', '{"Autofill": ['), ('Takeout/Chrome/Y.json', '{ "Autofill Profile" : [')) AS v(p, h)$$,
  ARRAY['autofill', 'autofill', 'autofill', 'autofill'], 'recognised by name and by content');
SELECT lives_ok($$SELECT count(*) FROM takeout.autofill_entry('[null, 1, [], "x", {}, {"name": [], "usage_timestamp": {"a": [null, -1, "1e400"]}}]', '{}')$$, 'takes hostile records');
SELECT lives_ok($$SELECT count(*) FROM takeout.autofill_profile('[null, 1, [], "x", {}, {"guid": {}, "use_date": "x"}]', '{}')$$, 'takes hostile records');
SELECT results_eq($$SELECT ordinal, reject, type, title, attrs FROM takeout.autofill_more('[{"guid": "g", "name_full": "Tam"}, {"x": 1}, {}]', '{}')$$,
  $$VALUES (1::bigint, NULL::text, 'autofill_more', 'Tam', '{"guid": "g", "name_full": "Tam"}'::jsonb), (2, NULL, 'autofill_more', NULL, '{"x": 1}'),
           (3, 'nothing in this record is known to the parser', 'autofill_more', NULL, '{}')$$, 'lists of a name that is new');
SELECT lives_ok($$SELECT count(*) FROM takeout.autofill_more('[null, 1, [], "x", {}, {"guid": {}}]', '{}')$$, 'takes hostile records');
SELECT * FROM finish();
ROLLBACK;
