-- Filters and blocked addresses of Gmail.
BEGIN;
SELECT plan(8);
SET search_path = lake, ext;

SELECT results_eq($$SELECT ordinal, title, attrs -> 'action' FROM takeout.mail_filter('[{"criteria": {"to": "b", "from": "lists"}, "action": {"addLabelIds": ["x"]}}]', '{}')$$,
  $$VALUES (1::bigint, 'from: lists, to: b', '{"addLabelIds": ["x"]}'::jsonb)$$, 'a filter');
SELECT is((SELECT count(DISTINCT ident) FROM takeout.mail_filter('[{"criteria": {"from": "a"}, "action": {"archive": true}}, {"criteria": {"from": "a"}, "action": {}}]', '{}')),
  1::bigint, 'a filter that does something else now is the same filter');
SELECT is((SELECT reject FROM takeout.mail_filter('[7]', '{}')), 'no filter', 'what is none');
SELECT results_eq($$SELECT ordinal, title, reject FROM takeout.blocked_address('["Spam@example.com", {"x": 1}]', '{}')$$,
  $$VALUES (1::bigint, 'Spam@example.com', NULL), (2, '{"x": 1}', 'no address')$$, 'blocked addresses');
SELECT is(imports.recognize('Takeout/Mail/User Settings/Filters.json', NULL), 'mail_filters', 'filters by name');
SELECT is(imports.recognize('Takeout/E-Mail/Nutzereinstellungen/x.json', '{"filter": [{"criteria": {}}]}'), 'mail_filters', 'filters by content');
SELECT is(imports.recognize('Takeout/Mail/User Settings/Blocked Addresses.json', NULL), 'blocked_addresses', 'addresses by name');
SELECT lives_ok($$SELECT count(*) FROM takeout.mail_filter('[null, 1, [], {"criteria": [1]}]', '{}'), takeout.blocked_address('[null, 1, []]', '{}')$$, 'takes hostile records');
SELECT * FROM finish();
ROLLBACK;
