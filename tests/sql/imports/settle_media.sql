-- Pictures find their sidecars by Google's names, whatever part they came in, and only the right ones.
BEGIN;
SELECT plan(45);
CREATE ROLE user_900001 IN ROLE lake_user;
CREATE ROLE user_900002 IN ROLE lake_user;
-- Two exports: file ids begin with the time of the export.
INSERT INTO imports.import (user_id, id, export, exported_at) OVERRIDING SYSTEM VALUE VALUES
  (900001, 1, 'a', '2020-01-01Z'), (900001, 2, 'b', '2024-01-01Z'), (900001, 3, 'c', '2025-01-01Z');
INSERT INTO imports.archive (user_id, id, import_id, name, format, size_bytes, fingerprint, exported_at)
SELECT 900001, ('0' || n || '000000-0000-0000-0000-000000000000')::uuid, n, 'x', 'zip', 1, int4send(n), '2024-01-01Z'
  FROM generate_series(1, 3) AS n;
INSERT INTO imports.file (user_id, id, archive_id, path, size_bytes, product, kind)
SELECT 900001, ('0' || n || '000000-0000-0000-0000-000000000100')::uuid, ('0' || n || '000000-0000-0000-0000-000000000000')::uuid,
       'x', 1, 'x', CASE WHEN n < 3 THEN 'media' ELSE 'my_activity' END
  FROM generate_series(1, 3) AS n;

CREATE TEMP TABLE seen (path text, bytes text, export integer, at timestamptz, attrs jsonb, product text);
CREATE TEMP TABLE told (path text, title text, at timestamptz, url text, export integer, more jsonb, seen integer[]);
GRANT ALL ON seen, told TO lake_user;
-- Files of an archive are in its account.
CREATE FUNCTION pg_temp.account() RETURNS void LANGUAGE sql SECURITY DEFINER AS $$
  INSERT INTO imports.file (user_id, id, archive_id, path, size_bytes, product, kind)
  SELECT 900001, gen_random_uuid(), ('0' || coalesce(r.export, 2) || '000000-0000-0000-0000-000000000000')::uuid, r.path, 1, 'x', r.kind
    FROM (SELECT path, export, 'media' AS kind FROM seen UNION ALL SELECT path, export, 'photo_sidecar' FROM told) AS r;
$$;
CREATE FUNCTION pg_temp.time_of(p_export integer) RETURNS timestamptz LANGUAGE sql AS $$
  SELECT to_timestamp((p_export::bigint << 40) / 1000.0)
$$;
CREATE FUNCTION pg_temp.load() RETURNS void LANGUAGE sql AS $$
  SELECT pg_temp.account();
  INSERT INTO user_data.file (at, path, name, product, media_type, size_bytes, sha256, attrs, file_id, ordinal)
  SELECT s.at, s.path, regexp_replace(s.path, '^.*/', ''), coalesce(s.product, 'Google Photos'),
         CASE WHEN s.path ~* '\.(mp4|mov|mp)$' THEN 'video/mp4' ELSE 'image/jpeg' END, 1, sha256(coalesce(s.bytes, s.path)::bytea), s.attrs,
         ('0' || coalesce(s.export, 2) || '000000-0000-0000-0000-000000000100')::uuid, 1
    FROM seen AS s ON CONFLICT DO NOTHING;
  INSERT INTO user_data.sidecar (path, title, at, url, created_at, description, favorite, trashed, seen, file_id, ordinal)
  SELECT t.path, t.title, coalesce(t.at, '2001-01-01Z'), coalesce(t.url, t.path), '2002-01-01Z', t.more ->> 'description',
         coalesce((t.more ->> 'favorite')::boolean, false), coalesce((t.more ->> 'trashed')::boolean, false),
         ARRAY(SELECT pg_temp.time_of(e) FROM unnest(coalesce(t.seen, ARRAY[coalesce(t.export, 2)])) AS e),
         ('0' || coalesce(t.export, 2) || '000000-0000-0000-0000-000000000100')::uuid, 1
    FROM told AS t ON CONFLICT DO NOTHING;
  TRUNCATE seen, told;
$$;
CREATE FUNCTION pg_temp.matches() RETURNS TABLE (file bigint, sidecar bigint, relation text) LANGUAGE sql AS $$
  SELECT m.file, m.sidecar, m.relation
    FROM imports.match_sidecars(ARRAY(SELECT folder FROM user_data.file UNION SELECT folder FROM user_data.sidecar)) AS m
$$;
CREATE FUNCTION pg_temp.sidecar_of(p_path text) RETURNS text LANGUAGE sql AS $$
  SELECT coalesce((SELECT regexp_replace(s.path, '^.*/', '') || CASE m.relation WHEN 'own' THEN '' ELSE ' ' || m.relation END
                     FROM pg_temp.matches() AS m JOIN user_data.file AS f ON f.id = m.file
                     JOIN user_data.sidecar AS s ON s.id = m.sidecar WHERE f.path = p_path ORDER BY f.file_id LIMIT 1), 'none')
$$;
SET LOCAL ROLE user_900001;

-- Each way to be named, a folder each.
INSERT INTO told (path, title) VALUES
  ('P/1/a.jpg.supplemental-metadata.json', 'a.jpg'), ('P/1/a.jpg.supplemental-metadata(1).json', 'a.jpg'),
  ('P/2/a.JPG.json', 'a.JPG'), ('P/2/a.JPG(1).json', 'a.JPG'), ('P/2/b(1).jpg.json', 'b(1).jpg'),
  ('P/3/Screenshot_20230704-221530_Tideline Notes.png..json', 'Screenshot_20230704-221530_Tideline Notes.png'),
  ('P/3/Screenshot_20230705-080000_Loaf.png.supplement.json', 'Screenshot_20230705-080000_Loaf.png'),
  ('P/4/PXL_20230512_184501777.LONG_EXPOSURE-03.ORIGIN.json', 'PXL_20230512_184501777.LONG_EXPOSURE-03.ORIGINAL.jpg'),
  ('P/5/beach sunset.supplemental-metadata.json', 'beach sunset'),
  ('P/5/beach sunset.supplemental-metadata(1).json', 'beach sunset'),
  ('P/6/What_s up_ R_D.jpg.supplemental-metadata.json', 'What''s up? R&D.jpg'),
  ('P/7/PXL_20231006_063909898.LS.mp4.json', 'TST_20231006_063909898.LS.mp4'),
  ('P/8/21.12.11 - 1.supplemental-metadata(1).json', '21.12.11 - 1'),
  ('P/9/PXL_20230814_201154491.LONG_EXPOSURE-01.COVER..json', NULL),
  ('P/10/😀😃😄😁😆😅😂🤣🥲☺️😊😇🙂🙃😉😌😍🥰😘😗😙😚😋.json', '😀😃😄😁😆😅😂🤣🥲☺️😊😇🙂🙃😉😌😍🥰😘😗😙😚😋😛😜.jpg'),
  ('P/11/photo (1).json', 'photo (1)');
INSERT INTO seen (path) VALUES
  ('P/1/a.jpg'), ('P/1/a(1).jpg'), ('P/2/a.JPG'), ('P/2/a(1).JPG'), ('P/2/b(1).jpg'),
  ('P/3/Screenshot_20230704-221530_Tideline Notes.png'), ('P/3/Screenshot_20230705-080000_Loaf.png'),
  ('P/4/PXL_20230512_184501777.LONG_EXPOSURE-03.ORIGINA.jpg'), ('P/5/beach sunset.jpg'), ('P/5/beach sunset(1).jpg'),
  ('P/6/What_s up_ R_D.jpg'), ('P/7/PXL_20231006_063909898.LS.mp4'), ('P/8/21.12(1).11 - 1'),
  ('P/9/PXL_20230814_201154491.LONG_EXPOSURE-01.COVER.jpg'), ('P/10/😀😃😄😁😆😅😂🤣🥲☺️😊😇🙂🙃😉😌😍🥰😘😗😙😚😋😛.jpg'),
  ('P/11/photo (1).jpg');
SELECT pg_temp.load();
SELECT is(pg_temp.sidecar_of('P/1/a.jpg'), 'a.jpg.supplemental-metadata.json', 'the name as it is');
SELECT is(pg_temp.sidecar_of('P/1/a(1).jpg'), 'a.jpg.supplemental-metadata(1).json', 'the counter after the ending');
SELECT is(pg_temp.sidecar_of('P/2/a.JPG'), 'a.JPG.json', 'the old name');
SELECT is(pg_temp.sidecar_of('P/2/a(1).JPG'), 'a.JPG(1).json', 'the old counter');
SELECT is(pg_temp.sidecar_of('P/2/b(1).jpg'), 'b(1).jpg.json', 'a counter that is part of the title');
SELECT is(pg_temp.sidecar_of('P/3/Screenshot_20230704-221530_Tideline Notes.png'), 'Screenshot_20230704-221530_Tideline Notes.png..json', 'only the dot is left');
SELECT is(pg_temp.sidecar_of('P/3/Screenshot_20230705-080000_Loaf.png'), 'Screenshot_20230705-080000_Loaf.png.supplement.json', 'cut in the middle');
SELECT is(pg_temp.sidecar_of('P/4/PXL_20230512_184501777.LONG_EXPOSURE-03.ORIGINA.jpg'), 'PXL_20230512_184501777.LONG_EXPOSURE-03.ORIGIN.json', 'both cut');
SELECT is(pg_temp.sidecar_of('P/5/beach sunset.jpg'), 'beach sunset.supplemental-metadata.json', 'a title without extension');
SELECT is(pg_temp.sidecar_of('P/5/beach sunset(1).jpg'), 'beach sunset.supplemental-metadata(1).json', '… and its namesake');
SELECT is(pg_temp.sidecar_of('P/6/What_s up_ R_D.jpg'), 'What_s up_ R_D.jpg.supplemental-metadata.json', 'replaced characters');
SELECT is(pg_temp.sidecar_of('P/7/PXL_20231006_063909898.LS.mp4'), 'PXL_20231006_063909898.LS.mp4.json', 'a title of another name');
SELECT is(pg_temp.sidecar_of('P/8/21.12(1).11 - 1'), '21.12.11 - 1.supplemental-metadata(1).json', 'no extension at all');
SELECT is(pg_temp.sidecar_of('P/9/PXL_20230814_201154491.LONG_EXPOSURE-01.COVER.jpg'), 'PXL_20230814_201154491.LONG_EXPOSURE-01.COVER..json', 'cut, without a title');
SELECT is(pg_temp.sidecar_of('P/10/😀😃😄😁😆😅😂🤣🥲☺️😊😇🙂🙃😉😌😍🥰😘😗😙😚😋😛.jpg'), '😀😃😄😁😆😅😂🤣🥲☺️😊😇🙂🙃😉😌😍🥰😘😗😙😚😋.json', 'cut in UTF-16');
SELECT is(pg_temp.sidecar_of('P/11/photo (1).jpg'), 'photo (1).json', 'a title that ends like a counter');

-- Copies and halves share; what cannot be told apart gets nothing.
INSERT INTO told (path, title) VALUES
  ('Q/1/a.jpg.json', 'a.jpg'), ('Q/1/a.jpg(1).json', 'a.jpg'), ('Q/1/b.jpg.json', 'b.jpg'),
  ('Q/2/IMG_1.HEIC.json', 'IMG_1.HEIC'), ('Q/2/PXL_1.MP.jpg.json', 'PXL_1.MP.jpg'), ('Q/2/IMG_2.MOV.json', 'IMG_2.MOV'), ('Q/2/IMG_2.JPG.json', 'IMG_2.JPG'),
  ('Q/3/a.jpg(1).json', 'a.jpg'), ('Q/3/a.jpg(2).json', 'a.jpg'),
  ('Q/4/image(2).png.json', 'image.png'), ('Q/5/a.jpg.json', 'a.jpg'), ('Q/6/a.jpg.json', 'a.jpg'),
  ('Q/7/IMG_20230101_000000.jpg.json', 'IMG_20230101_000000.jpg');
INSERT INTO seen (path) VALUES
  ('Q/1/a.jpg'), ('Q/1/a(1).jpg'), ('Q/1/a-edited.jpg'), ('Q/1/a-bearbeitet(1).jpg'), ('Q/1/b-modifié.jpg'), ('Q/1/b.jpg'), ('Q/1/c-edited.jpg'),
  ('Q/2/IMG_1.HEIC'), ('Q/2/IMG_1.MP4'), ('Q/2/IMG_1-edited.MP4'), ('Q/2/PXL_1.MP.jpg'), ('Q/2/PXL_1.MP'), ('Q/2/IMG_2.MOV'), ('Q/2/IMG_2.JPG'),
  ('Q/3/a(3).jpg'), ('Q/3/a(4).jpg'), ('Q/4/image.png'), ('Q/4/image(2).png'), ('Q/5/b.jpg'), ('Q/8/a.jpg'), ('Q/8/IMG_20230101_000000.jpg');
SELECT pg_temp.load();
SELECT results_eq($$SELECT n, pg_temp.sidecar_of('Q/1/' || n) FROM unnest(ARRAY['a-edited.jpg', 'a-bearbeitet(1).jpg', 'b-modifié.jpg', 'c-edited.jpg']) AS n$$,
  $$VALUES ('a-edited.jpg', 'a.jpg.json edited'), ('a-bearbeitet(1).jpg', 'a.jpg(1).json edited'), ('b-modifié.jpg', 'b.jpg.json edited'), ('c-edited.jpg', 'none')$$,
  'edited copies share the sidecar of their original');
SELECT results_eq($$SELECT n, pg_temp.sidecar_of('Q/2/' || n) FROM unnest(ARRAY['IMG_1.MP4', 'IMG_1-edited.MP4', 'PXL_1.MP', 'IMG_2.MOV']) AS n$$,
  $$VALUES ('IMG_1.MP4', 'IMG_1.HEIC.json moving'), ('IMG_1-edited.MP4', 'IMG_1.HEIC.json edited'), ('PXL_1.MP', 'PXL_1.MP.jpg.json moving'), ('IMG_2.MOV', 'IMG_2.MOV.json')$$,
  'moving halves share that of the still; a film of its own does not');
SELECT results_eq($$SELECT pg_temp.sidecar_of('Q/3/a(3).jpg'), pg_temp.sidecar_of('Q/3/a(4).jpg')$$, $$VALUES ('none', 'none')$$, 'two for two with other counters: none');
SELECT results_eq($$SELECT pg_temp.sidecar_of('Q/4/image.png'), pg_temp.sidecar_of('Q/4/image(2).png')$$, $$VALUES ('none', 'image(2).png.json')$$, 'the exact name comes first');
SELECT is(pg_temp.sidecar_of('Q/5/b.jpg'), 'none', 'another name is another picture');
SELECT is(pg_temp.sidecar_of('Q/8/a.jpg'), 'none', 'in another folder a mere name says nothing');
SELECT is(pg_temp.sidecar_of('Q/8/IMG_20230101_000000.jpg'), 'IMG_20230101_000000.jpg.json', 'a name with its time is believed');

-- Of the word for an edited copy, a name of full length has only the beginning.
INSERT INTO told (path, title) VALUES
  ('S/Screenshot_20230705-080000_Tideline Notes.jpg.json', 'Screenshot_20230705-080000_Tideline Notes.jpg'), ('S/Screenshot_20230705-080000_Tideline Notes pier.jpg(1).json', 'Screenshot_20230705-080000_Tideline Notes pier.jpg'), ('S/short.jpg.json', 'short.jpg');
INSERT INTO seen (path) VALUES ('S/Screenshot_20230705-080000_Tideline Notes.jpg'), ('S/Screenshot_20230705-080000_Tideline Notes-edite.jpg'), ('S/Screenshot_20230705-080000_Tideline Notes-bearb(2).jpg'), ('S/Screenshot_20230705-080000_Tideline Notes-notes.jpg'),
  ('S/Screenshot_20230705-080000_Tideline Notes pier(1).jpg'), ('S/Screenshot_20230705-080000_Tideline Notes pier-(1).jpg'), ('S/short.jpg'), ('S/short-edite.jpg');
SELECT pg_temp.load();
SELECT results_eq($$SELECT n, pg_temp.sidecar_of('S/' || n || '.jpg')
                     FROM unnest(ARRAY['Screenshot_20230705-080000_Tideline Notes-edite', 'Screenshot_20230705-080000_Tideline Notes-bearb(2)', 'Screenshot_20230705-080000_Tideline Notes-notes', 'Screenshot_20230705-080000_Tideline Notes pier-(1)', 'short-edite']) AS n$$,
  $$VALUES ('Screenshot_20230705-080000_Tideline Notes-edite', 'Screenshot_20230705-080000_Tideline Notes.jpg.json edited'), ('Screenshot_20230705-080000_Tideline Notes-bearb(2)', 'none'), ('Screenshot_20230705-080000_Tideline Notes-notes', 'none'),
           ('Screenshot_20230705-080000_Tideline Notes pier-(1)', 'Screenshot_20230705-080000_Tideline Notes pier.jpg(1).json edited'), ('short-edite', 'none')$$,
  'a word that is cut, where the length of the name proves it');

-- A later export deals out the numbers anew, and says more of what stayed.
INSERT INTO told (path, title, url, export) VALUES
  ('R/a.jpg(1).json', 'a.jpg', 'old', 1), ('R/a.jpg(1).json', 'a.jpg', 'new', 2), ('R/b.jpg.json', 'b.jpg', 'b', 1),
  ('R/b.jpg.supplemental-metadata.json', 'b.jpg', 'b', 2);
INSERT INTO seen (path, bytes, export) VALUES ('R/a(1).jpg', 'old', 1), ('R/a(1).jpg', 'new', 2), ('R/b.jpg', 'b', 1);
SELECT pg_temp.load();
SELECT results_eq($$SELECT s.url FROM pg_temp.matches() AS m JOIN user_data.file AS f ON f.id = m.file JOIN user_data.sidecar AS s ON s.id = m.sidecar
                     WHERE f.path = 'R/a(1).jpg' ORDER BY f.file_id$$, $$VALUES ('old'), ('new')$$, 'each export''s sidecar for its own picture');
SELECT is(pg_temp.sidecar_of('R/b.jpg'), 'b.jpg.supplemental-metadata.json', 'the newest description of one picture');

-- Numbers that go to another picture and come back: exports 1 and 3 say the same, 2 has them the other way round. Each folder
-- hears of the exports in another order.
CREATE FUNCTION pg_temp.tell(p_folder text, p_export integer) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE imports.insert_statement('{"table": "user_data.sidecar", "parser": "takeout.photo_sidecar", "newest": true}', false, false)
    USING ARRAY[(1, ('0' || p_export || '000000-0000-0000-0000-000000000100')::uuid,
                 jsonb_build_object('path', p_folder || '/pier.png.json', 'exported_at', pg_temp.time_of(p_export)), '{1}', '{1}')::imports.part],
          ARRAY[jsonb_build_array(jsonb_build_object('title', 'pier.png', 'url', CASE p_export WHEN 2 THEN 'two' ELSE 'one' END, 'description', p_export))];
END $$;
SELECT pg_temp.tell('R/' || array_to_string(o.exports, ''), e)
  FROM (VALUES (ARRAY[1, 2, 3]), (ARRAY[3, 2, 1]), (ARRAY[2, 3, 1]), (ARRAY[3, 1, 2])) AS o(exports), unnest(o.exports) WITH ORDINALITY AS e(e, n)
 ORDER BY o.exports, e.n;
SELECT results_eq($$SELECT DISTINCT url, description, seen FROM user_data.sidecar WHERE path LIKE 'R/%/pier.png.json' ORDER BY url$$,
  $$VALUES ('one', '3', ARRAY[pg_temp.time_of(1), pg_temp.time_of(3)]), ('two', '2', ARRAY[pg_temp.time_of(2)])$$, 'a sidecar knows the exports that told it');
INSERT INTO seen (path, bytes, export)
SELECT f || '/pier.png', b, e FROM unnest(ARRAY['R/123', 'R/321', 'R/231', 'R/312']) AS f, (VALUES ('one', 1), ('two', 2)) AS x(b, e);
SELECT pg_temp.load();
SELECT results_eq($$SELECT DISTINCT f.sha256, s.url FROM pg_temp.matches() AS m JOIN user_data.file AS f ON f.id = m.file JOIN user_data.sidecar AS s ON s.id = m.sidecar
                     WHERE f.path LIKE 'R/%/pier.png' ORDER BY s.url$$, $$VALUES (sha256('one'), 'one'), (sha256('two'), 'two')$$, 'a number that comes back');

-- Items and albums.
INSERT INTO user_data.album (ident, folder, title) VALUES (md5('t')::uuid, 'T/trip', 'Trip');
INSERT INTO told (path, title, at, url, more) VALUES
  ('T/2023/a.jpg.json', 'a.jpg', '2023-05-05Z', 'A', '{"description": "A pier", "favorite": true}'), ('T/trip/b.jpg.json', 'b.jpg', '2023-06-06Z', 'B', NULL),
  ('T/2023/b.jpg.json', 'b.jpg', '2023-06-06Z', 'B', NULL), ('T/bin/c.jpg.json', 'c.jpg', '2023-07-07Z', 'C', '{"trashed": true}');
INSERT INTO seen (path, bytes, at, attrs) VALUES
  ('T/2023/a.jpg', 'A', NULL, '{"width": 640, "height": 480, "latitude": 45.5, "longitude": -122.5, "camera": "Pinhole 1"}'), ('T/trip/a.jpg', 'A', NULL, NULL),
  ('T/2023/a copy.jpg', 'A', NULL, NULL), ('T/2023/a-edited.jpg', 'A2', NULL, NULL),
  ('T/2023/b.jpg', 'B', NULL, NULL), ('T/bin/c.jpg', 'C', NULL, NULL),
  ('T/2023/x.jpg', 'X', '2019-01-01Z', '{"taken_at": "2018-08-08T08:08:08Z", "latitude": 0, "longitude": 0}'),
  ('T/2023/IMG_20170203_040506.jpg', 'Y', '2019-01-01Z', NULL), ('T/2023/z.jpg', 'Z', '2019-01-01Z', NULL);
SELECT pg_temp.load();
SELECT imports.settle_media(2);
SELECT results_eq($$SELECT title, paths, at, at_source, description, favorite, width, camera, ext.st_astext(pos), url FROM user_data.media_item WHERE sha256 = sha256('A')$$,
  $$VALUES ('a.jpg', ARRAY['T/2023/a copy.jpg', 'T/2023/a.jpg', 'T/trip/a.jpg'], '2023-05-05Z'::timestamptz, 'sidecar', 'A pier', true, 640, 'Pinhole 1', 'POINT(-122.5 45.5)', 'A')$$,
  'one picture at three places');
SELECT results_eq($$SELECT title, at, original_sha256 FROM user_data.media_item WHERE sha256 = sha256('A2')$$,
  $$VALUES ('a-edited.jpg', '2023-05-05Z'::timestamptz, sha256('A'))$$, 'an edited copy knows its original');
SELECT results_eq($$SELECT still_sha256 FROM user_data.media_item WHERE paths = ARRAY['Q/2/IMG_1.MP4']$$, $$VALUES (sha256('Q/2/IMG_1.HEIC'))$$, 'a moving half knows its still');
SELECT results_eq($$SELECT at, at_source, pos::text FROM user_data.media_item WHERE paths <@ ARRAY['T/2023/x.jpg', 'T/2023/IMG_20170203_040506.jpg', 'T/2023/z.jpg'] ORDER BY at$$,
  $$VALUES ('2017-02-03 04:05:06Z'::timestamptz, 'name', NULL), ('2018-08-08 08:08:08Z', 'exif', NULL), ('2019-01-01Z', 'file', NULL)$$,
  'without a sidecar: the picture''s own time, the name''s, the file''s; 0,0 is no place');
SELECT results_eq($$SELECT array_agg(title ORDER BY title) FROM user_data.media_item WHERE trashed$$, $$VALUES (ARRAY['c.jpg'])$$, 'what is in the bin');
SELECT results_eq($$SELECT a.path, a.sha256 FROM user_data.album_item AS a ORDER BY 1$$,
  $$VALUES ('T/trip/a.jpg', sha256('A')), ('T/trip/b.jpg.json', sha256('B'))$$, 'the album has what lies in it, and what only its sidecar is there for');

-- The end does not depend on what came first, and a second time changes nothing.
CREATE TEMP TABLE before AS SELECT array_agg(m.ctid ORDER BY m.sha256) AS written FROM user_data.media_item AS m;
SELECT imports.settle_media(2);
SELECT is((SELECT array_agg(m.ctid ORDER BY m.sha256) FROM user_data.media_item AS m), (SELECT written FROM before), 'nothing is written twice');
INSERT INTO user_data.media_item (sha256, title, size_bytes, paths) VALUES (sha256('mine'), 'a user''s own', 1, '{}');
INSERT INTO user_data.album_item (album, sha256, path) VALUES
  (md5('t')::uuid, sha256('mine'), 'mine'), (md5('other')::uuid, sha256('mine'), 'mine'), (md5('t')::uuid, sha256('Z'), 'mine');
DELETE FROM user_data.file WHERE path = 'T/2023/z.jpg';
SELECT imports.settle_media(3);
SELECT is((SELECT count(*) FROM user_data.media_item WHERE paths = ARRAY['T/2023/z.jpg']), 1::bigint, 'an import without files changes nothing');
INSERT INTO seen (path, bytes) VALUES ('T/trip/z.jpg', 'Z');
SELECT pg_temp.load();
SELECT imports.settle_media(2);
SELECT results_eq($$SELECT paths FROM user_data.media_item WHERE sha256 IN (sha256('Z'), sha256('mine')) ORDER BY paths$$,
  $$VALUES (ARRAY[]::text[]), (ARRAY['T/trip/z.jpg'])$$, 'what is gone goes; what a user wrote stays');
SELECT results_eq($$SELECT path, file_id IS NULL FROM user_data.album_item ORDER BY path, album, sha256$$,
  $$VALUES ('T/trip/a.jpg', false), ('T/trip/b.jpg.json', false), ('mine', true), ('mine', true), ('mine', true)$$, 'in albums, too');

-- A file that turns out to be something else is taken back.
RESET ROLE;
INSERT INTO imports.file (user_id, id, archive_id, path, size_bytes, product, kind)
SELECT 900001, ('03000000-0000-0000-0000-00000000010' || n)::uuid, '03000000-0000-0000-0000-000000000000', 'elsewhere', 1, 'x', 'media'
  FROM generate_series(1, 2) AS n;
INSERT INTO imports.file (user_id, id, archive_id, path, size_bytes, product, kind) VALUES
  (900001, '03000000-0000-0000-0000-000000000103', '03000000-0000-0000-0000-000000000000', 'W/5/IMG_20250101_000000.jpg.json', 1, 'x', 'photo_sidecar');
CREATE FUNCTION pg_temp.forget(p_file uuid) RETURNS void LANGUAGE sql SECURITY DEFINER AS $$ SELECT imports.forget_file(p_file) $$;
SET LOCAL ROLE user_900001;
INSERT INTO user_data.file (path, name, product, media_type, size_bytes, sha256, file_id, ordinal) VALUES
  ('W/1/only.jpg', 'only.jpg', 'x', 'image/jpeg', 1, sha256('only'), '03000000-0000-0000-0000-000000000101', 1),
  ('W/2/again.jpg', 'again.jpg', 'x', 'image/jpeg', 1, sha256('again'), '03000000-0000-0000-0000-000000000102', 1);
INSERT INTO user_data.sidecar (path, title, url, file_id, ordinal) VALUES
  ('W/5/IMG_20250101_000000.jpg.json', 'IMG_20250101_000000.jpg', 'far', '03000000-0000-0000-0000-000000000103', 1);
INSERT INTO seen (path, bytes) VALUES ('W/3/again.jpg', 'again'), ('W/1/x.jpg', 'x'), ('W/2/x.jpg', 'x'), ('W/4/IMG_20250101_000000.jpg', 'far');
SELECT pg_temp.load();
SELECT imports.settle_media(2);
SELECT is((SELECT array_agg(paths::text ORDER BY paths) FROM user_data.media_item WHERE sha256 IN (sha256('only'), sha256('again'))),
  ARRAY['{W/1/only.jpg}', '{W/2/again.jpg,W/3/again.jpg}'], 'two pictures of an import');
SELECT is((SELECT url FROM user_data.media_item WHERE sha256 = sha256('far')), 'far', 'and a sidecar in another folder');
SELECT pg_temp.forget('03000000-0000-0000-0000-000000000101'), pg_temp.forget('03000000-0000-0000-0000-000000000102'),
       pg_temp.forget('03000000-0000-0000-0000-000000000103');
SELECT imports.settle_media(3);
SELECT is((SELECT array_agg(paths::text ORDER BY paths) FROM user_data.media_item WHERE sha256 IN (sha256('only'), sha256('again'))),
  ARRAY['{W/3/again.jpg}'], 'when they are taken back, only what another file has is left');
SELECT is((SELECT url FROM user_data.media_item WHERE sha256 = sha256('far')), NULL, 'and the picture in the other folder has no sidecar');

INSERT INTO seen (path, product) VALUES ('Drive/tides.txt', 'Drive');
INSERT INTO told (path, title, at) VALUES ('Drive/tides.txt-info.json', 'tides.txt', '2023-05-05Z');
SELECT pg_temp.load();
SELECT imports.settle_media(2);
SELECT results_eq($$SELECT f.at, (SELECT count(*) FROM user_data.media_item WHERE paths = ARRAY[f.path]) FROM user_data.file AS f WHERE path = 'Drive/tides.txt'$$,
  $$VALUES ('2023-05-05Z'::timestamptz, 0::bigint)$$, 'Drive says when a file was changed; it is none of the pictures');
INSERT INTO user_data.file (path, name, product, media_type, size_bytes, sha256, file_id, ordinal)
SELECT 'U/' || n, n, 'Google Photos', t, 1, sha256(n::bytea), '02000000-0000-0000-0000-000000000100', 1
  FROM (VALUES ('notes.json', 'application/json'), ('raw', NULL), ('page', 'text/html')) AS f(n, t);
SELECT set_eq($$SELECT f.name FROM pg_temp.matches() AS m JOIN user_data.file AS f ON f.id = m.file WHERE f.path LIKE 'U/%'$$, ARRAY['raw'], 'a text is no picture; bytes of no known type are');
SET LOCAL ROLE user_900002;
SELECT results_eq($$SELECT (SELECT count(*) FROM pg_temp.matches()), (SELECT count(*) FROM user_data.media_item)$$, $$VALUES (0::bigint, 0::bigint)$$, 'another user sees none of it');
SELECT * FROM finish();
ROLLBACK;
