-- Files of a user's own are kept as they are, whatever they look like; what Drive says of one is not one more file.
BEGIN;
SELECT plan(11);
SELECT is(imports.recognize('Takeout/Drive/plans/Records.json', '{"locations": ['), 'drive', 'a name we know');
SELECT is(imports.recognize('Takeout/Drive/x.json', '[{"title": "x", "time": "2024-01-01T00:00:00Z"'), 'drive', 'content we know');
SELECT is(imports.recognize('Takeout/Drive/backup.zip', NULL), 'drive', 'an archive');
SELECT is(imports.recognize('Drive/IMG_1.jpg', NULL), 'drive', 'a picture, in an export that was unpacked');
SELECT is(imports.recognize('Takeout/Drive/tides.txt-info.json', '{"title": "tides.txt"'), 'drive_info', 'what Drive says of a file');
SELECT is((SELECT decoder FROM imports.document WHERE document = 'drive'), 'file', 'its bytes are kept');
CREATE TEMP TABLE records AS SELECT '[
  {"path": "x", "name": "x", "size": 9, "sha256": "4da995fc927e9728f0bcf95d36bde279691f8e44666b9fc52b9b7066144d6efd", "modified": "2020-02-02T02:02:02Z",
   "media_type": "application/json", "text": "{\"title\": \"tides.txt\", \"last_modified_by_me\": \"2023-05-05T05:05:05Z\", \"last_modified_by_any_user\": \"2023-05-06T05:05:05Z\"}"},
  {"path": "x", "size": 9, "sha256": "4da995fc927e9728f0bcf95d36bde279691f8e44666b9fc52b9b7066144d6efd", "text": "{\"title\": \"my own\"}"},
  {"path": "x", "size": 9, "sha256": "4da995fc927e9728f0bcf95d36bde279691f8e44666b9fc52b9b7066144d6efd", "text": "[1, 2"}, null, 7, {"text": 7}, {"text": "[\"last_modified_by_me\"]"}
]'::jsonb AS list, '{"path": "takeout/Takeout/Drive/plans/tides.txt-info.json", "product": "Drive", "exported_at": "2024-01-01T00:00:00Z"}'::jsonb AS file;
SELECT results_eq('SELECT ordinal, reject, at, path, title, attrs FROM records, takeout.drive_file_info(list, file) ORDER BY 1 LIMIT 3',
  $$VALUES (1::bigint, NULL, '2023-05-05 05:05:05Z'::timestamptz, 'x', 'tides.txt', '{"last_modified_by_me": "2023-05-05T05:05:05Z", "last_modified_by_any_user": "2023-05-06T05:05:05Z"}'::jsonb),
           (2, 'this is no description of a file', NULL, 'x', NULL, NULL), (3, 'this is no description of a file', NULL, 'x', NULL, NULL)$$,
  'a description, and files of the same kind of name');
SELECT results_eq('SELECT ordinal, reject, at, path, name, product, media_type, size_bytes, length(sha256), body FROM records, takeout.kept_file(list - 1, file) WHERE reject IS NULL ORDER BY 1 LIMIT 1',
  $$VALUES (1::bigint, NULL, '2020-02-02 02:02:02Z'::timestamptz, 'x', 'x', 'Drive', 'application/json', 9::bigint, 32, '{"title": "tides.txt", "last_modified_by_me": "2023-05-05T05:05:05Z", "last_modified_by_any_user": "2023-05-06T05:05:05Z"}')$$,
  'a file');
SELECT is((SELECT count(*) FROM records, takeout.kept_file(list, file) WHERE reject IS NOT NULL), 2::bigint, 'what has no bytes is no file');
SELECT is((SELECT reject FROM takeout.drive_file_info('[{"path": "x", "text": "{\"last_modified_by_me\": \"some day\"}"}]', '{}')),
          'this is no description of a file', 'nor does one without a time describe anything');
SELECT is((SELECT targets @? '$[0].apart' FROM imports.kind WHERE kind = 'drive_file_info'), true, 'what is no description becomes a file');
SELECT * FROM finish();
ROLLBACK;
