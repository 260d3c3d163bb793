-- How things stood at some time: as the newest export until then told them.
BEGIN;
SELECT plan(13);
CREATE ROLE user_900001 IN ROLE lake_user;
CREATE ROLE user_900002 IN ROLE lake_user;
SET LOCAL timezone = 'UTC';
-- Three exports of two years' distance, each with a list of tasks; the last one has no list of contacts.
INSERT INTO imports.import (user_id, id, export, exported_at) OVERRIDING SYSTEM VALUE
SELECT 900001, n, n::text, make_timestamptz(2018 + 2 * n, 1, 1, 0, 0, 0) FROM generate_series(1, 3) AS n;
INSERT INTO imports.archive (user_id, id, import_id, name, format, size_bytes, fingerprint, exported_at, state)
SELECT 900001, ('0' || n || '000000-0000-0000-0000-000000000000')::uuid, n, 'x', 'zip', 1, int4send(n), make_timestamptz(2018 + 2 * n, 1, 1, 0, 0, 0), 'done'
  FROM generate_series(1, 3) AS n;
INSERT INTO imports.file (user_id, id, archive_id, path, size_bytes, product, kind, state)
SELECT 900001, ('0' || n || '000000-0000-0000-0000-00000000000' || m)::uuid, ('0' || n || '000000-0000-0000-0000-000000000000')::uuid, 'x', 1, 'Tasks',
       CASE m WHEN 0 THEN 'task' ELSE 'chat_group' END, 'done'
  FROM generate_series(1, 3) AS n, generate_series(0, 1) AS m WHERE n < 3 OR m = 0;
CREATE FUNCTION pg_temp.tell(p_entity text, p_thing text, p_content jsonb, VARIADIC p_exports integer[]) RETURNS void LANGUAGE sql AS $$
  INSERT INTO user_data.version (user_id, entity, ident, digest, scope, rank, seen, content, file_id, ordinal)
  SELECT 900001, p_entity, md5(p_thing)::uuid, md5(p_content::text)::uuid, CASE p_entity WHEN 'task' THEN 'task' ELSE 'chat_group' END,
         coalesce((p_content ->> 'rank')::smallint, 0), array_agg(make_timestamptz(2018 + 2 * e, 1, 1, 0, 0, 0) ORDER BY e), p_content,
         ('0' || min(e) || '000000-0000-0000-0000-00000000000' || CASE p_entity WHEN 'task' THEN 0 ELSE 1 END)::uuid, 1
    FROM unnest(p_exports) AS e
$$;
SELECT pg_temp.tell('task', 'back', '{"title": "A", "due_on": "2020-02-29"}', 1, 3), pg_temp.tell('task', 'back', '{"title": "B"}', 2),
       pg_temp.tell('task', 'gone', '{"title": "gone"}', 1, 2), pg_temp.tell('task', 'away', '{"title": "away"}', 1, 3),
       pg_temp.tell('task', 'late', '{"title": "late"}', 3),
       pg_temp.tell('task', 'both', '{"title": "rich"}', 2), pg_temp.tell('task', 'both', '{"title": "poor", "rank": 1}', 2, 3),
       pg_temp.tell('thread', 'talk', '{"thread": "t", "type": "dm", "participants": ["a", "b"]}', 1, 2);
SET LOCAL ROLE user_900001;
SELECT imports.settle_state();

CREATE FUNCTION pg_temp.titles(p_at timestamptz) RETURNS text LANGUAGE sql AS $$
  SELECT string_agg(t.title, ' ' ORDER BY t.title) FROM lake.as_of(NULL::user_data.task, p_at) AS t
$$;
SELECT is(pg_temp.titles('2019-12-31'), NULL, 'before the first export nothing is known');
SELECT is(pg_temp.titles('2020-01-01'), 'A away gone', 'the moment of an export counts');
SELECT is(pg_temp.titles('2021-06-01'), 'A away gone', 'until the next one');
SELECT is(pg_temp.titles('2022-01-01'), 'B gone rich', 'what changed, what is away, what is told in two formats');
SELECT is(pg_temp.titles('2024-01-01'), 'A away late poor', 'what went back to what it was');
SELECT is(pg_temp.titles('infinity'), 'A away late poor', 'and so it is now');
SELECT set_eq('SELECT title FROM lake.as_of(NULL::user_data.task, now())', 'SELECT title FROM user_data.task WHERE gone_at IS NULL', 'which is what the table says');
SELECT results_eq($$SELECT t.id = n.id, t.user_id, t.due_on, t.first_seen_at::date, t.last_seen_at::date, t.gone_at, t.file_id, t.ordinal
                      FROM lake.as_of(NULL::user_data.task, '2020-06-01') AS t JOIN user_data.task AS n USING (ident) WHERE t.title = 'A'$$,
  $$VALUES (true, 900001::bigint, '2020-02-29'::date, '2020-01-01'::date, '2020-01-01'::date, NULL::timestamptz, '01000000-0000-0000-0000-000000000000'::uuid, 1::bigint)$$,
  'whole rows, of the same id');
SELECT is((SELECT participants FROM lake.as_of(NULL::user_data.thread, '2030-01-01')), ARRAY['a', 'b'], 'a newer export without the list does not take things away');

SELECT throws_ok('SELECT * FROM lake.as_of(NULL::user_data.activity, now())', 'LK105', NULL, 'a table without earlier states');
SELECT throws_ok('SELECT * FROM lake.as_of(NULL::imports.file, now())', 'LK105', NULL, 'a table of something else');
SELECT throws_ok('SELECT * FROM lake.as_of(1, now())', 'LK105', NULL, 'no table');
SET LOCAL ROLE user_900002;
SELECT is(pg_temp.titles('2030-01-01'), NULL, 'another user''s things are not seen');
SELECT * FROM finish();
ROLLBACK;
