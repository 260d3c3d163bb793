-- Pages and old records of Keep become versions of the note that they are, in whatever order things come.
BEGIN;
SELECT plan(16);
CREATE ROLE user_900001 IN ROLE lake_user;
SET LOCAL timezone = 'UTC';
INSERT INTO imports.import (user_id, id, export, exported_at) OVERRIDING SYSTEM VALUE VALUES (900001, 1, 'x', '2020-01-01Z');
INSERT INTO imports.archive (user_id, id, import_id, name, format, size_bytes, fingerprint, exported_at)
VALUES (900001, '01000000-0000-0000-0000-000000000000', 1, 'x', 'zip', 1, '', '2020-01-01Z');
INSERT INTO imports.file (user_id, id, archive_id, path, size_bytes, product, kind, state)
SELECT 900001, ('01000000-0000-0000-0000-0000000000' || lpad(n::text, 2, '0'))::uuid, '01000000-0000-0000-0000-000000000000', 'Takeout/Keep/' || n, 1, 'Keep', 'keep_note', 'done'
  FROM generate_series(0, 9) AS n;
-- A version as takeout.keep_note and keep_page give it.
CREATE FUNCTION pg_temp.tell(p_file integer, p_name text, p_made text, p_body text, VARIADIC p_years integer[]) RETURNS void LANGUAGE sql AS $$
  INSERT INTO user_data.version (user_id, entity, ident, digest, scope, rank, seen, content, file_id, ordinal)
  SELECT 900001, 'note', CASE WHEN p_made IS NULL THEN takeout.ident('keep', 'file', p_name) ELSE takeout.ident('keep', p_made) END,
         md5(c.content::text)::uuid, 'keep_note', CASE WHEN p_made IS NULL THEN 1 ELSE 0 END, (SELECT array_agg(make_timestamptz(y, 1, 1, 0, 0, 0)) FROM unnest(p_years) AS y),
         c.content, ('01000000-0000-0000-0000-0000000000' || lpad(p_file::text, 2, '0'))::uuid, 1
    FROM (SELECT jsonb_build_object('body', p_body, 'attrs', jsonb_strip_nulls(jsonb_build_object('file', p_name, 'createdTimestampUsec', p_made)))) AS c(content)
$$;
CREATE FUNCTION pg_temp.idents(p_body text) RETURNS text LANGUAGE sql AS $$
  SELECT string_agg(format('%s %s', CASE v.ident WHEN takeout.ident('keep', '1') THEN 'one' WHEN takeout.ident('keep', '2') THEN 'two' ELSE 'file' END,
                           array_to_string(ARRAY(SELECT extract(year FROM s)::text FROM unnest(v.seen) AS s), ',')), '; ' ORDER BY v.ident)
    FROM user_data.version AS v WHERE v.content ->> 'body' = p_body
$$;
SET LOCAL ROLE user_900001;
SELECT is(imports.settle_notes(), 0::bigint, 'nothing to do');
SELECT pg_temp.tell(5, 'List', NULL, 'page', 2016), pg_temp.tell(6, 'Alone', NULL, 'alone', 2016);
SELECT is(imports.settle_notes(), 0::bigint, 'pages without a record are notes of their own');
SELECT imports.settle_state();
SELECT is((SELECT count(*) FROM user_data.note), 2::bigint, 'two of them');

SELECT pg_temp.tell(7, 'List', '1', 'record', 2022);
SELECT is(imports.settle_notes(), 1::bigint, 'a record of the same name takes the page over');
SELECT is(pg_temp.idents('page'), 'one 2016', 'as its version');
SELECT imports.settle_state();
SELECT results_eq('SELECT body, first_seen_at::date::text FROM user_data.note ORDER BY 1', $$VALUES ('alone', '2016-01-01'), ('record', '2016-01-01')$$, 'and the note that it was is no more');
SELECT is(imports.settle_notes(), 0::bigint, 'once');

-- The same page in another export: first a version of the file's name again, then one with the other.
SELECT pg_temp.tell(4, 'List', NULL, 'page', 2018);
SELECT is(imports.settle_notes(), 1::bigint, 'the same page again');
SELECT is(pg_temp.idents('page'), 'one 2016,2018', 'is the same version');
SELECT is((SELECT file_id FROM user_data.version WHERE content ->> 'body' = 'page'), '01000000-0000-0000-0000-000000000004', 'held by the lowest file');

-- Another note had the name first; a page is that of the note in its own export.
SELECT pg_temp.tell(3, 'List', '2', 'earlier', 2019), pg_temp.tell(8, 'List', NULL, 'twin', 2022);
SELECT imports.settle_notes();
SELECT is(pg_temp.idents('page'), 'two 2016,2018', 'without a note in its export, the first one of the name');
SELECT is(pg_temp.idents('twin'), 'one 2022', 'else the one that is there');

-- Two notes that were made in one microsecond: two files in one export.
SELECT imports.settle_state();
SELECT pg_temp.tell(2, 'Copy', '3', 'copy', 2023);
SELECT imports.settle_notes(), imports.settle_state();
SELECT pg_temp.tell(1, 'Copy(1)', '3', 'copy of it', 2023, 2024), pg_temp.tell(9, 'Copy', '3', 'copy, edited', 2024);
SELECT is(imports.settle_notes(), 3::bigint, 'another file of the same time makes two notes');
SELECT imports.settle_state();
SELECT set_eq($$SELECT body FROM user_data.note WHERE body LIKE 'copy%'$$, ARRAY['copy of it', 'copy, edited'], 'each with its states');
SELECT is((SELECT first_seen_at::date::text FROM user_data.note WHERE body = 'copy, edited'), '2023-01-01', 'the earlier ones, too');
SELECT is(imports.settle_notes(), 0::bigint, 'and that is all');
SELECT * FROM finish();
ROLLBACK;
