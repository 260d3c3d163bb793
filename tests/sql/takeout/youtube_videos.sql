-- The owner's own videos: what they are called, how long, where they were taken.
BEGIN;
SELECT plan(6);
SELECT results_eq($$SELECT ordinal, reject, at, title, body, attrs FROM takeout.youtube_video('[
    [["Video ID", "myPier_0001"], ["Approx Duration (ms)", "144000"], ["Video Description (Original)", "The pier,\nin wind"], ["Channel ID", "UCa"], ["Video Title (Original)", "Pier walk"],
     ["Video Create Timestamp", "2018-12-02T02:45:06+00:00"], ["Video Publish Timestamp", "2018-12-02T02:55:54+00:00"]],
    [["Video-ID", "myPier_0002"], ["Dauer", "500"], ["Titel", "Ohne Namen"], ["Erstellt", "2020-01-01T00:00:00+00:00"]], [["Video ID", ""]]]', '{}')$$,
  $$VALUES (1::bigint, NULL::text, '2018-12-02 02:45:06+00'::timestamptz, 'Pier walk', E'The pier,\nin wind',
            '{"video id": "myPier_0001", "channel id": "UCa", "video create timestamp": "2018-12-02T02:45:06+00:00", "video publish timestamp": "2018-12-02T02:55:54+00:00", "duration_s": 144}'::jsonb),
           (2, NULL, '2020-01-01 00:00:00+00', NULL, NULL, '{"video-id": "myPier_0002", "dauer": "500", "titel": "Ohne Namen", "erstellt": "2020-01-01T00:00:00+00:00", "duration_s": 0.5}'),
           (3, 'no video', NULL, NULL, NULL, NULL)$$, 'videos');
SELECT results_eq($$SELECT path, title, description, url, created_at FROM takeout.youtube_video_sidecar('[
    [["Video ID", "myPier_0001"], ["Video Description (Original)", "Wind"], ["Video Title (Original)", "Pier 1/2"], ["Video Create Timestamp", "2018-12-02T02:45:06+00:00"]], [["Video ID", "myPier_0002"]]]',
    '{"path": "x/Takeout/YouTube and YouTube Music/video metadata/videos.csv"}')$$,
  $$VALUES ('YouTube and YouTube Music/videos/Pier 1_2.json', 'Pier 1/2', 'Wind', 'https://www.youtube.com/watch?v=myPier_0001', '2018-12-02 02:45:06+00'::timestamptz)$$, 'what is said of a film');
SELECT results_eq($$SELECT title, ext.st_astext(pos, 4), attrs ->> 'video recording altitude' FROM takeout.youtube_video_recording('[
    [["Video ID", "myPier_0001"], ["Video Recording Address", "Pier 4"], ["Video Recording Altitude", "3.5"], ["Video Recording Latitude", "44.6255"], ["Video Recording Longitude", "-124.0568"]],
    [["Video ID", "myPier_0002"], ["Video Recording Latitude", "0"], ["Video Recording Longitude", "0"]],
    [["Video-ID", "myPier_0003"], ["Adresse", "Anleger"], ["Höhe", ""], ["Breite", "54.5"], ["Länge", "9.5"]]]', '{}')$$,
  $$VALUES ('Pier 4', 'POINT(-124.0568 44.6255)', '3.5'), (NULL, NULL, NULL), ('Anleger', 'POINT(9.5 54.5)', NULL)$$, 'where they were taken');
SELECT results_eq($$SELECT title, url FROM takeout.youtube_video_setting('[[["Video ID", "myPier_0001"], ["Text", "x"]]]', '{"path": "p/video texts.csv"}')$$,
  $$VALUES ('video texts', 'https://www.youtube.com/watch?v=myPier_0001')$$, 'other tables');
SELECT results_eq($$SELECT imports.recognize(p, h) FROM (VALUES ('Takeout/YouTube and YouTube Music/video metadata/videos.csv', NULL), ('Takeout/YouTube and YouTube Music/video metadata/video recordings.csv', NULL),
    ('Takeout/YouTube and YouTube Music/video metadata/video texts.csv', NULL), ('Takeout/X/A.csv', 'Video ID,Approx Duration (ms),Video Title (Original)'), ('Takeout/X/B.csv', 'Video ID,Video Recording Address'),
    ('Takeout/X/C.csv', E'A,B,C,D,E,F,G,H\r\nmyPier_0001,144000,en,Reisen,"Der Pier,\nim Wind",UCsynthMe0000000000000001,pier,,Pier walk,Öffentlich'),
    ('Takeout/X/D.csv', E'Video-ID,Adresse,Höhe,Breite,Länge,Ort\r\nmyPier_0001,Pier 4,3.5,44.6255,-124.0568,\r\n')) AS v(p, h)$$,
  ARRAY['youtube_videos', 'youtube_video_recordings', 'youtube_video_settings', 'youtube_videos', 'youtube_video_recordings', 'youtube_videos', 'youtube_video_recordings'], 'recognised by name, and by the names of columns');
SELECT lives_ok($$SELECT count(*) FROM (VALUES ('[null, 1, [], "x", {}, [[]], [{}], [null], [["Video Recording Latitude", "1e300"], ["Video Recording Longitude", "NaN"]]]'::jsonb)) AS v(r),
  LATERAL (SELECT ordinal FROM takeout.youtube_video(r, '{}') UNION ALL SELECT ordinal FROM takeout.youtube_video_sidecar(r, '{}') UNION ALL SELECT ordinal FROM takeout.youtube_video_recording(r, '{}') UNION ALL SELECT ordinal FROM takeout.youtube_video_setting(r, '{}')) AS x$$, 'takes hostile records');
SELECT * FROM finish();
ROLLBACK;
