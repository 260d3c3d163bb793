-- Members of groups, from rows with the time of joining in six columns.
BEGIN;
SELECT plan(5);
SET search_path = lake, ext;

CREATE TEMP TABLE records AS SELECT jsonb_build_array(
  '{"preamble": [["Members for group tide-watch"]], "row": {"Email address": "Robin@example.com", "Nickname": "Robin", "Group status": "owner", "Join year": "2017", "Join month": "3",
    "Join day": "4", "Join hour": "5", "Join minute": "6", "Join second": "7", "Time zone": "GMT"}}'::jsonb,
  '{"preamble": [], "row": {"Email address": "x@example.com", "Join year": "soon"}}'::jsonb, '{"preamble": [], "row": {"Email address": ""}}'::jsonb) AS list;

SELECT results_eq($$SELECT ordinal, at, type, title, attrs ->> 'group', attrs ->> 'Group status'
                      FROM records, takeout.group_member(list, '{"path": "Takeout/Groups/googlegroups.com/tide-watch/members.csv"}') WHERE reject IS NULL ORDER BY 1$$,
  $$VALUES (1::bigint, '2017-03-04 05:06:07+00'::timestamptz, 'group_member', 'Robin@example.com', 'tide-watch', 'owner'),
           (2, NULL, 'group_member', 'x@example.com', 'tide-watch', NULL)$$, 'members');
SELECT results_eq($$SELECT ordinal, reject FROM records, takeout.group_member(list, '{}') WHERE reject IS NOT NULL$$, $$VALUES (3::bigint, 'no address')$$, 'a row without one');
SELECT isnt((SELECT ident FROM records, takeout.group_member(list, '{"path": "a/members.csv"}') WHERE ordinal = 1),
            (SELECT ident FROM records, takeout.group_member(list, '{"path": "b/members.csv"}') WHERE ordinal = 1), 'who is in two groups is two members');
SELECT is(imports.recognize('Takeout/Groups/googlegroups.com/tide-watch/members.csv', NULL), 'group_members', 'recognised by name');
SELECT lives_ok($$SELECT count(*) FROM takeout.group_member('[null, 1, [], {}, {"row": 1}, {"row": {"Email address": 7}}]', '{}')$$, 'takes hostile records');
SELECT * FROM finish();
ROLLBACK;
