-- What hangs on notes, and the bytes of attachments, from whatever part of the export.
BEGIN;
SELECT plan(11);
CREATE ROLE user_900001 IN ROLE lake_user;
INSERT INTO imports.import (user_id, id, export, exported_at) OVERRIDING SYSTEM VALUE VALUES (900001, 1, 'x', '2020-01-01Z'), (900001, 2, 'y', '2024-01-01Z');
INSERT INTO imports.archive (user_id, id, import_id, name, format, size_bytes, fingerprint, exported_at)
SELECT 900001, ('0' || n || '000000-0000-0000-0000-000000000000')::uuid, n, 'x', 'zip', 1, int4send(n), '2020-01-01Z' FROM generate_series(1, 2) AS n;
INSERT INTO imports.file (user_id, id, archive_id, path, size_bytes, product, kind, state)
SELECT 900001, ('0' || n || '000000-0000-0000-0000-00000000000' || m)::uuid, ('0' || n || '000000-0000-0000-0000-000000000000')::uuid, 'Takeout/Keep/x', 1, 'Keep',
       CASE m WHEN 0 THEN 'keep_note' WHEN 1 THEN 'chat_message' ELSE 'media' END, 'done'
  FROM generate_series(1, 2) AS n, generate_series(0, 2) AS m;
CREATE FUNCTION pg_temp.file(p_export integer, p_member integer) RETURNS uuid LANGUAGE sql AS $$
  SELECT ('0' || p_export || '000000-0000-0000-0000-00000000000' || p_member)::uuid
$$;
CREATE FUNCTION pg_temp.keep(p_path text, p_bytes text, p_export integer DEFAULT 2) RETURNS void LANGUAGE sql AS $$
  INSERT INTO user_data.file (path, name, product, media_type, size_bytes, sha256, file_id, ordinal)
  VALUES (p_path, regexp_replace(p_path, '.*/', ''), 'x', 'image/png', length(p_bytes), sha256(p_bytes::bytea), pg_temp.file(p_export, 2), 1)
$$;
CREATE FUNCTION pg_temp.bytes(p_path text) RETURNS text LANGUAGE sql AS $$
  SELECT CASE a.sha256 WHEN sha256('one') THEN 'one' WHEN sha256('two') THEN 'two' WHEN sha256('three') THEN 'three' END || ' ' || a.size_bytes || ' ' || a.media_type
    FROM user_data.attachment AS a WHERE a.path = p_path
$$;
SET LOCAL ROLE user_900001;
INSERT INTO user_data.attachment (ident, position, name, path, file_id, ordinal) VALUES
  (md5('m')::uuid, 1, 'shore?.jpg', 'Google Chat/Groups/S/File-shore?.jpg', pg_temp.file(2, 1), 1),
  (md5('v')::uuid, 1, 'a-3-1', 'Voice/Calls/a-3-1', pg_temp.file(2, 1), 2),
  (md5('w')::uuid, 1, 'missing', 'Voice/Calls/missing', pg_temp.file(2, 1), 3);
SELECT imports.settle_attachments();
SELECT is((SELECT count(sha256) FROM user_data.attachment), 0::bigint, 'no file, no bytes');
SELECT pg_temp.keep('Google Chat/Groups/S/File-shore_.jpg', 'one'), pg_temp.keep('Voice/Calls/a-3-1.jpg', 'two'), pg_temp.keep('Voice/Calls/a-3-12.jpg', 'three');
SELECT imports.settle_attachments();
SELECT is(pg_temp.bytes('Google Chat/Groups/S/File-shore?.jpg'), 'one 3 image/png', 'the name without what Google replaces');
SELECT is(pg_temp.bytes('Voice/Calls/a-3-1'), 'two 3 image/png', 'the name without its extension');
SELECT is(pg_temp.bytes('Voice/Calls/missing'), NULL, 'what is not there is not found');

-- Two exports with different bytes under one name.
SELECT pg_temp.keep('Voice/Calls/b-1-1.png', 'one', 1), pg_temp.keep('Voice/Calls/b-1-1.png', 'three', 2);
INSERT INTO user_data.attachment (ident, position, path, file_id, ordinal) VALUES (md5('b')::uuid, 1, 'Voice/Calls/b-1-1', pg_temp.file(1, 1), 4);
SELECT imports.settle_attachments();
SELECT is(pg_temp.bytes('Voice/Calls/b-1-1'), 'one 3 image/png', 'the file of the same export');

-- Notes: what hangs on them is as their newest state says.
INSERT INTO user_data.version (user_id, entity, ident, digest, scope, rank, seen, content, file_id, ordinal)
VALUES (900001, 'note', md5('n')::uuid, md5('1')::uuid, 'keep_note', 0, '{2020-01-01Z}', '{"attrs": {"attachments": [{"filePath": "a.png", "mimetype": "image/jpeg"}, 7, {"filePath": "b.png"}]}}', pg_temp.file(1, 0), 1);
SELECT pg_temp.keep('Keep/a.png', 'two');
SELECT imports.settle_state();
SELECT imports.settle_attachments();
SELECT results_eq($$SELECT position, name, path, media_type, sha256 IS NOT NULL FROM user_data.attachment WHERE ident = md5('n')::uuid ORDER BY 1$$,
  $$VALUES (1::smallint, 'a.png', 'Keep/a.png', 'image/png', true), (3::smallint, 'b.png', 'Keep/b.png', NULL, false)$$, 'of a note');
INSERT INTO user_data.version (user_id, entity, ident, digest, scope, rank, seen, content, file_id, ordinal)
VALUES (900001, 'note', md5('n')::uuid, md5('2')::uuid, 'keep_note', 0, '{2024-01-01Z}', '{"attrs": {"attachments": [{"filePath": "c.png"}]}}', pg_temp.file(2, 0), 1);
SELECT imports.settle_state();
SELECT imports.settle_attachments();
SELECT results_eq($$SELECT position, path, sha256 FROM user_data.attachment WHERE ident = md5('n')::uuid$$, $$VALUES (1::smallint, 'Keep/c.png', NULL::bytea)$$, 'of its next state, and nothing else');
CREATE TEMP TABLE before AS SELECT id, xmin::text AS written FROM user_data.attachment;
SELECT imports.settle_attachments();
SELECT set_eq('SELECT id, xmin::text AS written FROM user_data.attachment', 'SELECT * FROM before', 'settling again writes nothing');
-- A page of before 2018 has its pictures inside.
INSERT INTO user_data.version (user_id, entity, ident, digest, scope, rank, seen, content, file_id, ordinal)
VALUES (900001, 'note', md5('n')::uuid, md5('3')::uuid, 'keep_note', 1, '{2025-01-01Z}',
        jsonb_build_object('attrs', jsonb_build_object('attachments', jsonb_build_array(
          jsonb_build_object('mimetype', 'image/png', 'size', '3', 'sha256', encode(sha256('one'), 'hex')), jsonb_build_object('sha256', 'odd', 'size', 'odd')))), pg_temp.file(2, 0), 2);
SELECT imports.settle_state();
SELECT imports.settle_attachments();
SELECT results_eq($$SELECT position, path, media_type, size_bytes, sha256 FROM user_data.attachment WHERE ident = md5('n')::uuid ORDER BY 1$$,
  $$VALUES (1::smallint, NULL::text, 'image/png', 3::bigint, sha256('one')), (2::smallint, NULL, NULL, NULL, NULL)$$, 'a picture inside a page is known by its bytes');
INSERT INTO user_data.attachment (ident, position, path) VALUES (md5('mine')::uuid, 1, 'Keep/a.png');
SELECT imports.settle_attachments();
SELECT is((SELECT sha256 FROM user_data.attachment WHERE ident = md5('mine')::uuid), NULL, 'what a user wrote stays as it is');
SELECT is((SELECT count(*) FROM user_data.attachment), 7::bigint, 'and there');
SELECT * FROM finish();
ROLLBACK;
