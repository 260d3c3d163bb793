-- Pictures and recordings that My Activity names become attachments, and find their bytes.
BEGIN;
SELECT plan(9);
CREATE ROLE user_900001 IN ROLE lake_user;
INSERT INTO imports.import (user_id, id, export, exported_at) OVERRIDING SYSTEM VALUE VALUES (900001, 1, 'x', '2020-01-01Z');
INSERT INTO imports.archive (user_id, id, import_id, name, format, size_bytes, fingerprint, exported_at)
VALUES (900001, '01000000-0000-0000-0000-000000000000', 1, 'x', 'zip', 1, int4send(1), '2020-01-01Z');
INSERT INTO imports.file (user_id, id, archive_id, path, size_bytes, product, kind, state)
SELECT 900001, ('01000000-0000-0000-0000-00000000000' || n)::uuid, '01000000-0000-0000-0000-000000000000', path, 1, 'My Activity', kind, 'done'
  FROM (VALUES (1, 'Takeout/My Activity/Assistant/MyActivity.json', 'my_activity'), (2, 'Takeout/My Activity/Lens/MyActivity.html', 'my_activity_html'),
               (3, 'Takeout/My Activity/Assistant/a.mp3', 'media'), (4, 'Takeout/Mail/x.mbox', 'message')) AS f(n, path, kind);
SET LOCAL ROLE user_900001;
CREATE FUNCTION pg_temp.file(p_member integer) RETURNS uuid LANGUAGE sql AS $$ SELECT ('01000000-0000-0000-0000-00000000000' || p_member)::uuid $$;
CREATE FUNCTION pg_temp.names() RETURNS text LANGUAGE sql AS $$
  SELECT string_agg(concat_ws(' ', a.title, f.position, f.path, encode(f.sha256, 'escape')), ', ' ORDER BY a.at, a.title, f.position)
    FROM user_data.activity AS a JOIN user_data.attachment AS f ON f.ident = takeout.activity_key(a.at, a.ident)
$$;
INSERT INTO user_data.activity (at, ident, title, attrs, file_id, ordinal) VALUES
  ('2020-01-01 00:00:00.5Z', md5('said')::uuid, 'said', '{"audioFiles": ["a.mp3", "b.mp3", 7, null, ""]}', pg_temp.file(1), 1),
  ('2020-01-02Z', md5('said')::uuid, 'said', '{"audioFiles": ["c.mp3"], "imageFile": "d.jpg", "attachedFiles": ["e.pdf"]}', pg_temp.file(1), 2),
  ('2020-01-03Z', md5('seen')::uuid, 'seen', '{"images": ["https://example.com/x.jpg", "//example.com/y.jpg", "z.jpg"]}', pg_temp.file(2), 1),
  ('2020-01-04Z', md5('odd')::uuid, 'odd', '{"audioFiles": {"a": 1}, "imageFile": null, "images": [[["deep"]]]}', pg_temp.file(2), 2),
  ('2020-01-05Z', md5('none')::uuid, 'none', '{"x": 1}', pg_temp.file(2), 3),
  ('2020-01-06Z', md5('mine')::uuid, 'mine', '{"imageFile": "by hand.jpg"}', NULL, NULL);
INSERT INTO user_data.attachment (ident, position, name, file_id, ordinal) VALUES (md5('of a letter')::uuid, 1, 'x', pg_temp.file(4), 1), (md5('by hand')::uuid, 1, 'x', NULL, NULL);
SELECT is(imports.settle_activity_files(), 6::bigint, 'as many as there are names');
SELECT is(pg_temp.names(), 'said 1 My Activity/Assistant/a.mp3, said 2 My Activity/Assistant/b.mp3, said 1 My Activity/Assistant/c.mp3, said 2 My Activity/Assistant/d.jpg, '
                        || 'said 3 My Activity/Assistant/e.pdf, seen 1 My Activity/Lens/z.jpg', 'beside their file; nothing of the web');
SELECT is(imports.settle_activity_files(), 0::bigint, 'again there is nothing to do');
INSERT INTO user_data.file (path, name, product, media_type, size_bytes, sha256, file_id, ordinal)
VALUES ('My Activity/Assistant/a.mp3', 'a.mp3', 'My Activity', 'audio/mpeg', 3, 'one', pg_temp.file(3), 1);
SELECT imports.settle_attachments();
SELECT is((SELECT concat_ws(' ', media_type, size_bytes, encode(sha256, 'escape')) FROM user_data.attachment WHERE path = 'My Activity/Assistant/a.mp3'),
  'audio/mpeg 3 one', 'the recording that was kept');
SELECT is(imports.settle_activity_files(), 0::bigint, 'which stays');
-- The other format knows one of them better, or the record is gone.
DELETE FROM user_data.activity WHERE title = 'seen';
UPDATE user_data.activity SET attrs = '{"audioFiles": ["b.mp3"]}' WHERE ordinal = 1;
SELECT is(imports.settle_activity_files(), 3::bigint, 'what changed');
SELECT is(pg_temp.names(), 'said 1 My Activity/Assistant/b.mp3, said 1 My Activity/Assistant/c.mp3, said 2 My Activity/Assistant/d.jpg, '
                        || 'said 3 My Activity/Assistant/e.pdf', 'is as the events say now');
SELECT is((SELECT count(*) FROM user_data.attachment WHERE name = 'x'), 2::bigint, 'what hangs on other things stays');
SET enable_seqscan = off;
CREATE TEMP TABLE plan (line text);
DO $$
DECLARE v_line text;
BEGIN
  FOR v_line IN EXECUTE 'EXPLAIN SELECT id FROM user_data.activity AS a WHERE a.user_id = lake.current_user_id()
                            AND a.attrs ?| ''{audioFiles,imageFile,attachedFiles,images}''' LOOP
    INSERT INTO plan VALUES (v_line);
  END LOOP;
END
$$;
SELECT ok(EXISTS (SELECT FROM plan WHERE line ~ 'activity_files'), 'only events that name files are looked at');
SELECT * FROM finish();
ROLLBACK;
