-- Many small files in one call end as they do one by one: for each kind of target, rejects, winners, sections and all.
BEGIN;
SELECT plan(16);
-- Targets of every sort, over one shape of record: {"t": title, "at": time, "wrong": 1, "list": [titles]}.
SET LOCAL ROLE lake_owner;
CREATE FUNCTION takeout.tap(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, title text, url text) LANGUAGE sql STABLE AS $$
  SELECT r.n, CASE WHEN r.value ? 'wrong' THEN 'it is wrong' END, (r.value ->> 'at')::timestamptz, md5(r.value ->> 't')::uuid,
         r.value ->> 't', p_file ->> 'path'
    FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(value, n) WHERE r.value ? 't' OR r.value ? 'wrong'
$$;
CREATE FUNCTION takeout.tap_list(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, title text, url text) LANGUAGE sql STABLE AS $$
  WITH r AS MATERIALIZED (SELECT r.* FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(value, n))
  SELECT r.n, NULL, '2001-01-01'::timestamptz, md5(e.title)::uuid, e.title, p_file ->> 'path'
    FROM r, jsonb_array_elements_text(r.value -> 'list') AS e(title)
$$;
CREATE FUNCTION takeout.tap_thing(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, ident uuid, at timestamptz, type text, product text, title text) LANGUAGE sql STABLE AS $$
  SELECT r.n, CASE WHEN r.value ? 'wrong' THEN 'wrong' END, md5(r.value ->> 't')::uuid, (r.value ->> 'at')::timestamptz, 'tap',
         CASE WHEN NOT r.value ? 'none' THEN 'Tap' END, r.value ->> 'at'
    FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(value, n)
$$;
CREATE FUNCTION takeout.tap_picture(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, path text, title text, url text, seen timestamptz[]) LANGUAGE sql STABLE AS $$
  SELECT r.n, NULL, r.value ->> 't', p_file ->> 'path', '', ARRAY[(p_file ->> 'exported_at')::timestamptz]
    FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(value, n) WHERE r.value ? 't'
$$;
GRANT EXECUTE ON FUNCTION takeout.tap(jsonb, jsonb), takeout.tap_list(jsonb, jsonb), takeout.tap_thing(jsonb, jsonb), takeout.tap_picture(jsonb, jsonb) TO lake_user;
RESET ROLE;
CREATE TEMP TABLE sort AS SELECT * FROM (VALUES
  ('tap_plain', '[{"table": "user_data.activity", "parser": "takeout.tap", "coarse": false}]'::jsonb),
  ('tap_coarse', '[{"table": "user_data.activity", "parser": "takeout.tap", "coarse": true}]'),
  ('tap_many', '[{"table": "user_data.activity", "parser": "takeout.tap_list", "many": true, "coarse": false}]'),
  ('tap_both', '[{"table": "user_data.activity", "parser": "takeout.tap", "coarse": false}, {"table": "user_data.activity", "parser": "takeout.tap_list", "many": true, "coarse": false}]'),
  ('tap_apart', '[{"table": "user_data.activity", "parser": "takeout.tap_list", "many": true, "coarse": false}, {"table": "user_data.item", "parser": "takeout.tap_thing", "state": true, "apart": true}]'),
  ('tap_state', '[{"table": "user_data.item", "parser": "takeout.tap_thing", "state": true}]'),
  ('tap_newest', '[{"table": "user_data.sidecar", "parser": "takeout.tap_picture", "newest": true}]')) AS s(kind, targets);
GRANT SELECT ON sort TO lake_user;
CREATE FUNCTION pg_temp.register() RETURNS void LANGUAGE plpgsql AS $$
DECLARE s record;
BEGIN
  FOR s IN SELECT * FROM sort LOOP
    CALL imports.register_document(s.kind, 'Tap', 'json', ARRAY['/' || s.kind || '\.tap$']);
    CALL imports.register_kind(s.kind, s.kind, 0, '{"list": []}', s.targets);
  END LOOP;
END $$;
SELECT pg_temp.register();

-- Three exports with files of all these kinds, of 0 to 6 records: good ones, repeated ones, wrong ones and such that break the batch.
CREATE TEMP TABLE source AS
SELECT e.export, f.member, s.kind, array_remove(array_agg(
         CASE WHEN n > (f.member * 7 + e.export) % 7 THEN NULL
              WHEN h % 29 = 0 THEN '{"t": "nul \u0000"}' WHEN h % 31 = 0 THEN '{"t": NaN}' WHEN h % 37 = 0 THEN '1, 2'
              WHEN h % 41 = 0 THEN '{"t": "late", "at": "2150-01-01"}' WHEN h % 43 = 0 THEN '{"t": "when", "at": "no time"}'
              WHEN h % 47 = 0 THEN '{"none": 1, "t": "n"}'
              WHEN h % 11 = 0 THEN '{"wrong": 1}' WHEN h % 13 = 0 THEN '{"x": 1}'
              ELSE jsonb_build_object('t', s.kind || h % 19, 'at', '2020-01-01T00:00:0' || h % 7 || '.' || h % 2 || 'Z',
                                      'list', jsonb_build_array(s.kind || h % 17, 'same' || h % 5, h % 3))::text END ORDER BY n), NULL) AS records
  FROM generate_series(1, 3) AS e(export), generate_series(0, 69) AS f(member), generate_series(1, 6) AS n,
       LATERAL (SELECT abs(hashint8(e.export / 2 + f.member * 100 + n * 10000)) AS h) AS r,
       LATERAL (SELECT kind FROM sort ORDER BY kind OFFSET f.member % 7 LIMIT 1) AS s
 GROUP BY 1, 2, 3;
GRANT SELECT ON source TO lake_user;

-- p_at_once: files in one call of ingest_files and one of finish_files.
CREATE FUNCTION pg_temp.load(p_export integer, p_at_once integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_archive record;
  v_file record;
BEGIN
  SELECT b.archive_id, b.import_id INTO v_archive
    FROM imports.begin_archive(format('takeout-2024010%sT000000Z-001.zip', p_export), 'zip', 1, sha256(p_export::text::bytea), now()) AS b;
  DROP TABLE IF EXISTS work;
  CREATE TEMP TABLE work AS
  SELECT r.file_id, s.records, s.member, array_to_string(s.records, E'\r,\r') AS text,
         -- A section of a list has gaps; they go on to the next of these.
         ARRAY(SELECT n + n / 3 FROM generate_series(1, cardinality(s.records)) AS n) AS positions
    FROM imports.register_files(v_archive.archive_id, (SELECT jsonb_agg(jsonb_build_object('member', member, 'size_bytes', 1, 'head', NULL,
           'path', format('Takeout/Tap/%s/%s.tap', member, kind))) FROM source WHERE export = p_export)) AS r
    JOIN source AS s ON s.export = p_export AND s.member = r.member;
  IF p_at_once = 1 THEN
    FOR v_file IN SELECT * FROM work ORDER BY file_id LOOP
      PERFORM imports.ingest(v_file.file_id, int8range(1, 9), v_file.text, v_file.positions) WHERE v_file.records <> '{}';
      PERFORM imports.finish_file(v_file.file_id, CASE WHEN v_file.member % 23 = 22 THEN 'cut off' END);
    END LOOP;
  ELSE
    PERFORM imports.ingest_files(array_agg(b.file_id ORDER BY b.member), array_agg(int8range(1, 9)), array_agg(b.text ORDER BY b.member),
                                 ARRAY(SELECT p.at FROM work AS o, unnest(o.positions) WITH ORDINALITY AS p(at, n)
                                        WHERE o.member / p_at_once = b.bundle ORDER BY o.member, p.n))
       FROM (SELECT w.*, w.member / p_at_once AS bundle FROM work AS w WHERE w.records <> '{}') AS b GROUP BY b.bundle;
    PERFORM imports.finish_files(array_agg(w.file_id), array_agg(CASE WHEN w.member % 23 = 22 THEN 'cut off' END)) FROM work AS w;
  END IF;
  PERFORM imports.finish_archive(v_archive.archive_id);
  PERFORM imports.finish_import(v_archive.import_id);
END $$;
CREATE FUNCTION pg_temp.outcome(p_user bigint) RETURNS TABLE (what text, is jsonb) LANGUAGE sql AS $$
  SELECT 'activity', to_jsonb(t) - '{user_id,id}'::text[] FROM user_data.activity AS t WHERE user_id = p_user
   UNION ALL SELECT 'item', to_jsonb(t) - '{user_id,id}'::text[] FROM user_data.item AS t WHERE user_id = p_user
   UNION ALL SELECT 'version', to_jsonb(t) - '{user_id}'::text[] FROM user_data.version AS t WHERE user_id = p_user
   UNION ALL SELECT 'sidecar', to_jsonb(t) - '{user_id,id}'::text[] FROM user_data.sidecar AS t WHERE user_id = p_user
   UNION ALL SELECT 'reject', to_jsonb(t) - '{user_id,began_at}'::text[] FROM imports.reject AS t WHERE user_id = p_user
   UNION ALL SELECT 'batch', to_jsonb(t) - '{user_id,rows}'::text[] FROM imports.batch AS t WHERE user_id = p_user
   UNION ALL SELECT 'file', to_jsonb(t) - '{user_id,began_at,finished_at}'::text[] FROM imports.file AS t WHERE user_id = p_user
$$;
CREATE ROLE user_900001 IN ROLE lake_user;
CREATE ROLE user_900002 IN ROLE lake_user;
CREATE ROLE user_900003 IN ROLE lake_user;
CREATE ROLE user_900004 IN ROLE lake_user;
SET LOCAL ROLE user_900001;
SELECT pg_temp.load(1, 1), pg_temp.load(2, 1), pg_temp.load(3, 1);
SELECT is_empty('SELECT * FROM lake.verify()', 'one by one: every account adds up');
DROP TABLE work;
SET LOCAL ROLE user_900002;
SELECT pg_temp.load(1, 70), pg_temp.load(2, 70), pg_temp.load(3, 70);
SELECT is_empty('SELECT * FROM lake.verify()', 'all in one call: so it does');
DROP TABLE work;
SET LOCAL ROLE user_900003;
SELECT pg_temp.load(3, 9), pg_temp.load(1, 9), pg_temp.load(2, 9);
SELECT is_empty('SELECT * FROM lake.verify()', 'in bundles, in another order');
DROP TABLE work;
SET LOCAL ROLE user_900004;
SELECT pg_temp.load(3, 1), pg_temp.load(2, 70), pg_temp.load(1, 9);
RESET ROLE;
SELECT ok(count(DISTINCT what) = 7 AND count(*) > 500 AND count(*) FILTER (WHERE what = 'reject') > 40, 'there is something to compare') FROM pg_temp.outcome(900001);
SELECT set_eq('SELECT DISTINCT left(state, 2) FROM imports.reject WHERE user_id = 900001', ARRAY['22', '23', 'LK'], 'rejects of every sort');
SELECT cmp_ok((SELECT count(DISTINCT reason) FROM imports.reject WHERE user_id = 900001), '>=', 9::bigint, 'for many reasons');
SELECT set_eq('SELECT * FROM pg_temp.outcome(900002)', 'SELECT * FROM pg_temp.outcome(900001)', 'the same rows, rejects, checkpoints and counts in one call');
SELECT set_eq('SELECT * FROM pg_temp.outcome(900003)', 'SELECT * FROM pg_temp.outcome(900001)', 'in bundles');
SELECT set_eq('SELECT * FROM pg_temp.outcome(900004)', 'SELECT * FROM pg_temp.outcome(900001)', 'and mixed');

-- All of it or nothing; ranges without gaps; nobody else's.
SET LOCAL ROLE user_900001;
SELECT archive_id AS archive FROM imports.begin_archive('takeout-20240109T000000Z-001.zip', 'zip', 1, sha256('9'), now()) \gset
CREATE TEMP TABLE f AS SELECT member, file_id FROM imports.register_files(:'archive',
  (SELECT jsonb_agg(jsonb_build_object('member', n, 'size_bytes', 1, 'head', NULL, 'path', format('Takeout/Tap/%s/tap_plain.tap', n))) FROM generate_series(0, 3) AS n));
GRANT SELECT ON f TO PUBLIC;
CREATE FUNCTION pg_temp.bundle(VARIADIC p_members integer[]) RETURNS void LANGUAGE sql AS $$
  SELECT imports.ingest_files(array_agg(f.file_id), array_agg(int8range(1, 3)), array_agg(format(E'{"t": "%1$s a", "at": "2010-01-01"}\r,\r{"t": "%1$s b", "at": "2010-01-01"}', n)))
    FROM unnest(p_members) AS n LEFT JOIN f ON f.member = n $$;
SELECT pg_temp.bundle(0, 1);
SELECT results_eq($$SELECT title, ordinal FROM user_data.activity JOIN f USING (file_id) ORDER BY 1$$,
  $$VALUES ('0 a', 1::bigint), ('0 b', 2), ('1 a', 1), ('1 b', 2)$$, 'records that fill their ranges need no positions');
SELECT throws_ok('SELECT pg_temp.bundle(2, 1)', 'LK302', NULL, 'nothing is taken twice');
SELECT throws_ok('SELECT pg_temp.bundle(2, 7)', 'LK307', NULL, 'a file must be there');
SELECT throws_ok($$SELECT imports.ingest_files(array_agg(file_id), array_agg(int8range(1, 4)), array_agg('{"t": 1}'::text)) FROM f WHERE member > 1$$, 'LK303', NULL, 'records and ranges must agree');
SELECT is((SELECT count(*) FROM imports.batch JOIN f USING (file_id) WHERE member > 1), 0::bigint, 'a call that fails leaves nothing');
SELECT lives_ok($$SELECT imports.ingest_files('{}', '{}', '{}'), imports.finish_files('{}')$$, 'nothing is nothing');
SET LOCAL ROLE user_900002;
SELECT throws_ok('SELECT pg_temp.bundle(3)', 'LK307', NULL, 'files of somebody else are not there');
SELECT * FROM finish();
ROLLBACK;
