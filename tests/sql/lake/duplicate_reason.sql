-- Why something counted as a duplicate: one sentence, for each way in which that happens.
BEGIN;
SELECT plan(13);
CREATE ROLE user_900001 IN ROLE lake_user;
CREATE ROLE user_900002 IN ROLE lake_user;
SET LOCAL ROLE user_900001;
SELECT archive_id AS old, import_id AS old_import FROM imports.begin_archive('takeout-20230101T000000Z-001.zip', 'zip', 1, sha256('a'), now()) \gset
SELECT archive_id AS new, import_id AS new_import FROM imports.begin_archive('takeout-20240101T000000Z-001.zip', 'zip', 1, sha256('b'), now()) \gset
CREATE TEMP TABLE file AS
SELECT a.archive, m.member, f.file_id
  FROM (VALUES ('old', :'old'::uuid), ('new', :'new')) AS a(archive, id),
       LATERAL imports.register_files(a.id, '[
         {"member": 0, "path": "Takeout/Location History/Records.json", "size_bytes": 1, "head": null},
         {"member": 1, "path": "Takeout/Google Photos/Trip/a.jpg", "size_bytes": 1, "head": null},
         {"member": 2, "path": "Takeout/Google Photos/Trip/a.jpg.json", "size_bytes": 1, "head": null},
         {"member": 3, "path": "Takeout/Google Photos/Trip/metadata.json", "size_bytes": 1, "head": null},
         {"member": 4, "path": "Takeout/Google Photos/shared_album_comments.json", "size_bytes": 1, "head": null}]') AS f
  JOIN (SELECT generate_series(0, 4)) AS m(member) USING (member) WHERE f.section = 0;
CREATE TEMP TABLE record (member integer, text text);
INSERT INTO record VALUES
  (0, '{"timestamp": "2022-01-01T00:00:00Z", "latitudeE7": 1, "longitudeE7": 2}'),
  (1, '{"path": "Takeout/Google Photos/Trip/a.jpg", "size": 1, "sha256": "4da995fc927e9728f0bcf95d36bde279691f8e44666b9fc52b9b7066144d6efd"}'),
  (2, '{"title": "a.jpg", "url": "u", "photoTakenTime": {"timestamp": "1600000000"}}'),
  (3, '{"title": "Trip", "access": "protected", "date": {"timestamp": "1600000000"}}'),
  (4, '{"text": "Nice", "creationTime": {"timestamp": "1600000000"}, "contentOwnerName": "Tam"}');
SELECT imports.ingest(f.file_id, '[1,2)', r.text) FROM file AS f JOIN record AS r USING (member) ORDER BY f.archive = 'new', f.member;
SELECT imports.ingest((SELECT file_id FROM file WHERE archive = 'old' AND member = 0), '[2,3)', (SELECT text FROM record WHERE member = 0));
SELECT imports.finish_file(file_id) FROM file;
SELECT imports.finish_archive(:'old'), imports.finish_archive(:'new');
SELECT imports.finish_import(:old_import), imports.finish_import(:new_import);
CREATE FUNCTION pg_temp.why(p_archive text, p_member integer, p_ordinal bigint, p_tell boolean) RETURNS text LANGUAGE sql AS $$
  SELECT lake.duplicate_reason(f.file_id, p_ordinal, CASE WHEN p_tell THEN r.text::jsonb END)
    FROM file AS f JOIN record AS r USING (member) WHERE f.archive = p_archive AND f.member = p_member
$$;
SELECT is_empty('SELECT * FROM lake.verify()', 'it adds up');
SELECT is(pg_temp.why('old', 0, 1, true), NULL, 'no duplicate');
SELECT is(pg_temp.why('old', 0, 2, true), 'it repeats record 1 of the same file', 'twice in a file');
SELECT is(pg_temp.why('new', 0, 1, true), 'the same stands in takeout-20230101T000000Z-001.zip: Takeout/Location History/Records.json, record 1', 'in another export');
SELECT is(pg_temp.why('new', 0, 1, false), 'all that it says stands in rows of other records; pass the record itself to learn in which', 'without the record');
SELECT is(pg_temp.why('new', 1, 1, false), 'the same bytes at the same path came in takeout-20230101T000000Z-001.zip: Takeout/Google Photos/Trip/a.jpg, record 1', 'a file');
SELECT is(pg_temp.why('new', 1, 1, true), pg_temp.why('new', 1, 1, false), '… and its record says the same');
SELECT is(pg_temp.why('old', 2, 1, false), 'the newest export tells of it in takeout-20240101T000000Z-001.zip: Takeout/Google Photos/Trip/a.jpg.json, record 1', 'a sidecar');
SELECT is(pg_temp.why('new', 3, 1, true), 'the same state was told in takeout-20230101T000000Z-001.zip: Takeout/Google Photos/Trip/metadata.json, record 1', 'a state');
SELECT is((SELECT outcome || ' ' || entity FROM lake.explain_record((SELECT file_id FROM file WHERE archive = 'old' AND member = 3), 1)), 'row user_data.album', 'a state is a row, too');
UPDATE user_data.comment SET (file_id, ordinal) = (NULL, NULL);
SELECT is(pg_temp.why('new', 4, 1, true), 'a row that you wrote yourself stands in its place', 'a row of one''s own');
SELECT is(lake.duplicate_reason((SELECT file_id FROM file WHERE archive = 'new' AND member = 0), 1, '{"timestamp": "2021-01-01T00:00:00Z", "latitudeE7": 1, "longitudeE7": 2}'),
          'another source tells the same, in its own way', 'nothing stands there');
SELECT file_id AS theirs FROM file LIMIT 1 \gset
SET LOCAL ROLE user_900002;
SELECT throws_ok(format('SELECT lake.duplicate_reason(%L, 1)', :'theirs'), NULL, NULL, 'another''s file is no file');
SELECT * FROM finish();
ROLLBACK;
