-- Pictures, films and sounds of any product, by their names.
BEGIN;
SELECT plan(5);
SELECT results_eq($$SELECT n, imports.recognize(n, NULL) FROM unnest(ARRAY['Takeout/Google Photos/T/x.HEIC', 'Takeout/Google Fotos/T/03.03.13 - 1', 'Takeout/Voice/Calls/a - Voicemail.mp3',
                      'Takeout/Keep/a.jpeg', 'Takeout/Google Photos/T/PXL_1.MP', 'T/x.jpg', 'Takeout/Drive/x.jpg', 'Takeout/Google Photos/T/._x.jpg', 'Takeout/Tidal/x.bin']) AS n$$,
  $$VALUES ('Takeout/Google Photos/T/x.HEIC', 'media'), ('Takeout/Google Fotos/T/03.03.13 - 1', 'media'), ('Takeout/Voice/Calls/a - Voicemail.mp3', 'media'),
           ('Takeout/Keep/a.jpeg', 'media'), ('Takeout/Google Photos/T/PXL_1.MP', 'media'), ('T/x.jpg', 'media'), ('Takeout/Drive/x.jpg', 'drive'),
           ('Takeout/Google Photos/T/._x.jpg', 'litter'), ('Takeout/Tidal/x.bin', NULL)$$, 'what is one');
SELECT results_eq($$SELECT n, imports.product_folder(n) FROM unnest(ARRAY['a/Takeout/YouTube and YouTube Music/videos/x.mp4', U&'Takeout/Google\00A0Fotos/T/x.jpg', 'Takeout/Keep/x.png', 'x.jpg']) AS n$$,
  $$VALUES ('a/Takeout/YouTube and YouTube Music/videos/x.mp4', 'YouTube'), (U&'Takeout/Google\00A0Fotos/T/x.jpg', 'Google Photos'), ('Takeout/Keep/x.png', 'Keep'), ('x.jpg', 'Other')$$,
  'and of which product');
SELECT results_eq($$SELECT ordinal, reject IS NULL, at, path, name, product, media_type, size_bytes, attrs FROM takeout.kept_file('[
  {"path": "Takeout/Keep/a.png", "size": 5, "sha256": "4da995fc927e9728f0bcf95d36bde279691f8e44666b9fc52b9b7066144d6efd", "modified": "2023-12-31T23:00:00+00:00", "media_type": "image/png", "width": 3},
  {"path": "Takeout/Keep/a.png", "size": 5, "sha256": "4da995fc927e9728f0bcf95d36bde279691f8e44666b9fc52b9b7066144d6efd", "modified": "2020-01-01T00:00:00+00:00"},
  {"path": 7, "size": "x", "sha256": "no", "modified": 7}, null]', '{"path": "Takeout/Keep/b.png", "product": "Keep", "exported_at": "2024-01-01T00:00:00Z"}') ORDER BY 1$$,
  $$VALUES (1::bigint, true, NULL::timestamptz, 'Keep/a.png', 'a.png', 'Keep', 'image/png', 5::bigint, '{"width": 3}'::jsonb),
           (2, true, '2020-01-01Z', 'Keep/a.png', 'a.png', 'Keep', NULL, 5, NULL), (3, false, NULL, '7', '7', 'Keep', NULL, NULL, NULL)$$,
  'a time that is the export''s says nothing');
SELECT results_eq($$SELECT n, takeout.time_in_name(n) FROM unnest(ARRAY['IMG_20230405_060708.jpg', 'PXL_20230512_184501777.LS.mp4', 'Screenshot_20230704-221530_Notes.png',
                      'Screenshot_2023-07-04-22-15-30-12.png', '2024-02-10_18_00_00_111_UTC.mp3', 'Tam - Text - 2024-03-05T18_07_09Z-3-1.jpg', 'IMG_20231305_060708.jpg', '120230405_060708.jpg', 'a.jpg']) AS n$$,
  $$VALUES ('IMG_20230405_060708.jpg', '2023-04-05 06:07:08Z'::timestamptz), ('PXL_20230512_184501777.LS.mp4', '2023-05-12 18:45:01.777Z'),
           ('Screenshot_20230704-221530_Notes.png', '2023-07-04 22:15:30Z'), ('Screenshot_2023-07-04-22-15-30-12.png', '2023-07-04 22:15:30Z'),
           ('2024-02-10_18_00_00_111_UTC.mp3', '2024-02-10 18:00:00.111Z'), ('Tam - Text - 2024-03-05T18_07_09Z-3-1.jpg', '2024-03-05 18:07:09Z'),
           ('IMG_20231305_060708.jpg', NULL), ('120230405_060708.jpg', NULL), ('a.jpg', NULL)$$, 'times in names');
SELECT is((SELECT decoder FROM imports.document WHERE document = 'media'), 'file', 'the bytes are kept');
SELECT * FROM finish();
ROLLBACK;
