-- Playlists by the names of their columns, else by what is in them; their videos in three formats.
BEGIN;
SELECT plan(13);
SELECT results_eq($$SELECT ordinal, reject, at, playlist, title, description, visibility, attrs FROM takeout.youtube_playlist('[
    [["Playlist ID", "PLa"], ["Add new videos to top", "False"], ["Playlist Title (Original)", "Road trip"], ["Playlist Title (Original) Language", ""],
     ["Playlist Create Timestamp", "2022-08-01T10:00:00+00:00"], ["Playlist Update Timestamp", "2023-08-01T10:00:00+00:00"], ["Playlist Video Order", "Manual"], ["Playlist Visibility", "Private"]],
    [["Playlist-ID", "WL"], ["Neue oben", "True"], ["Titel", "Später ansehen"], ["Sprache", "de"], ["Erstellt", "2012-01-01T00:00:00+00:00"], ["Geändert", "2024-03-01T09:08:07+00:00"], ["Folge", "Manuell"], ["Sichtbar", "Privat"]],
    [["Playlist ID", ""]]]', '{}')$$,
  $$VALUES (1::bigint, NULL::text, '2022-08-01 10:00:00+00'::timestamptz, 'PLa', 'Road trip', NULL::text, 'Private',
            '{"add new videos to top": "False", "playlist update timestamp": "2023-08-01T10:00:00+00:00", "playlist video order": "Manual"}'::jsonb),
           (2, NULL, '2012-01-01 00:00:00+00', 'WL', 'Später ansehen', NULL, 'Privat',
            '{"playlist-id": "WL", "neue oben": "True", "titel": "Später ansehen", "sprache": "de", "erstellt": "2012-01-01T00:00:00+00:00", "geändert": "2024-03-01T09:08:07+00:00", "folge": "Manuell", "sichtbar": "Privat"}'),
           (3, 'neither an id nor a title', NULL, NULL, NULL, NULL, '', NULL)$$, 'playlists');
SELECT results_eq($$SELECT ordinal, reject, at, playlist, url, attrs FROM takeout.youtube_playlist_item('[
    {"preamble": [], "row": ["ferryFog_01", "2022-08-01T10:05:00+00:00"]}, {"preamble": [["Playlist Id"], ["PLa"]], "row": ["kelpForest2", "2023-08-01 09:59:59 UTC"]}, {"preamble": [], "row": ["aaaaaaaaaaa"]},
    {"preamble": [], "row": ["", "x"]}, {"preamble": [], "row": ["bbbbbbbbbbb", "no time", "surplus"]}]', '{"path": "Takeout/YouTube/playlists/Road trip-videos.csv"}')$$,
  $$VALUES (1::bigint, NULL::text, '2022-08-01 10:05:00+00'::timestamptz, 'Road trip', 'https://www.youtube.com/watch?v=ferryFog_01', '{"video_id": "ferryFog_01"}'::jsonb),
           (2, NULL, '2023-08-01 09:59:59+00', 'Road trip', 'https://www.youtube.com/watch?v=kelpForest2', '{"video_id": "kelpForest2", "playlist": [["Playlist Id"], ["PLa"]]}'),
           (3, NULL, NULL, 'Road trip', 'https://www.youtube.com/watch?v=aaaaaaaaaaa', '{"video_id": "aaaaaaaaaaa"}'),
           (4, 'no video', NULL, 'Road trip', 'https://www.youtube.com/watch?v=', '{"video_id": ""}'),
           (5, NULL, NULL, 'Road trip', 'https://www.youtube.com/watch?v=bbbbbbbbbbb', '{"video_id": "bbbbbbbbbbb", "more": ["surplus"]}')$$, 'videos');
SELECT results_eq($$SELECT ordinal, reject, at, playlist, title, url FROM takeout.youtube_playlist_item_json('[
    {"kind": "youtube#playlistItem", "contentDetails": {"videoId": "ferryFog_01"}, "snippet": {"title": "Fog", "publishedAt": "2018-01-02T03:04:05.678Z"}},
    {"snippet": {"resourceId": {"videoId": "kelpForest2"}}}, {"snippet": {}}]', '{"path": "Takeout/YouTube/playlists/likes.json"}')$$,
  $$VALUES (1::bigint, NULL::text, '2018-01-02 03:04:05.678+00'::timestamptz, 'likes', 'Fog', 'https://www.youtube.com/watch?v=ferryFog_01'),
           (2, NULL, NULL, 'likes', NULL, 'https://www.youtube.com/watch?v=kelpForest2'), (3, 'no video', NULL, 'likes', NULL, NULL)$$, 'likes');
SELECT is((SELECT ident FROM takeout.youtube_playlist_item('[{"row": ["aaaaaaaaaaa"]}]', '{"path": "p/Road trip-videos.csv"}')),
          (SELECT ident FROM takeout.youtube_playlist_item_json('[{"contentDetails": {"videoId": "aaaaaaaaaaa"}}]', '{"path": "p/Road trip.json"}')), 'a video of a list is one thing in both formats');
SELECT is((SELECT ident FROM takeout.youtube_playlist_item('[{"row": ["aaaaaaaaaaa", "2018-01-02 03:04:05 UTC"]}]', '{"path": "p/Road trip-videos.csv"}')),
          (SELECT ident FROM takeout.youtube_playlist_item_json('[{"contentDetails": {"videoId": "aaaaaaaaaaa"}, "snippet": {"publishedAt": "2018-01-02T03:04:05.678Z"}}]', '{"path": "p/Road trip.json"}')),
  'also when both say the second in which it was added');
SELECT is((SELECT count(DISTINCT ident)::integer FROM takeout.youtube_playlist_item('[{"row": ["aaaaaaaaaaa", "2018-01-02 03:04:05 UTC"]}, {"row": ["aaaaaaaaaaa", "2019-01-02 03:04:05 UTC"]}]',
            '{"path": "p/Road trip-videos.csv"}')), 2, 'a video that was added twice is there twice');
SELECT results_eq($$SELECT imports.recognize(p, h) FROM (VALUES ('Takeout/YouTube and YouTube Music/playlists/playlists.csv', NULL), ('Takeout/YouTube and YouTube Music/playlists/Road trip-videos.csv', NULL),
    ('Takeout/YouTube and YouTube Music/playlists/Watch later.csv', E'Playlist Id,Channel Id,Time Created,Time Updated,Title,Description,Visibility\nWL,UCx,2015-01-01 00:00:00 UTC,,Watch later,,Private\n\nVideo Id,Time Added\nnata_slow_1,2021-05-01 12:00:00 UTC\n'),
    ('Takeout/YouTube/playlists/likes.json', '[ {"kind": "youtube#playlistItem"')) AS v(p, h)$$,
  ARRAY['youtube_playlists', 'youtube_playlist_items', 'youtube_playlist_items', 'youtube_playlist_items_json'], 'recognised by name');
SELECT results_eq($$SELECT imports.recognize('Takeout/X/Y.csv', h) FROM (VALUES
    (E'Playlist-ID,A,B,C,D,E,F,G\r\nPLsynthRoad0000000000000000000001,False,Road trip,,2022-08-01T10:00:00+00:00,2023-08-01T10:00:00+00:00,Manual,Private\r\n'),
    (E'Video-ID,Erstellt\r\nferryFog_01,2022-08-01T10:05:00+00:00\r\n')) AS v(h)$$,
  ARRAY['youtube_playlists', 'youtube_playlist_items'], 'recognised by content');
SELECT is_empty($$SELECT FROM unnest(ARRAY[E'Number,Time\n15551234567,2024-01-01 10:00:00 UTC\n', E'What,Time\nInformation,2024-01-01 10:00:00 UTC\n']) AS h
                   WHERE imports.recognize('Takeout/X/Y.csv', h) IS NOT NULL$$, 'numbers and words of eleven signs are no videos');
SELECT lives_ok($$SELECT count(*) FROM takeout.youtube_playlist('[null, 1, [], "x", {}, [[]], [{}], [null], [["Playlist ID", {}]], [[[], []]]]', '{}')$$, 'takes hostile records');
SELECT lives_ok($$SELECT count(*) FROM takeout.youtube_playlist_item('[null, 1, [], "x", {}, {"row": []}, {"row": [[]]}, {"row": [null, {}], "preamble": 7}, {"row": {}}]', '{}')$$, 'takes hostile records');
SELECT lives_ok($$SELECT count(*) FROM takeout.youtube_playlist_item_json('[null, 1, [], "x", {}, {"snippet": 7}, {"snippet": []}, {"contentDetails": []}]', '{}')$$, 'takes hostile records');
SELECT results_eq($$SELECT (t ->> 'rank')::integer FROM imports.kind, jsonb_array_elements(targets) AS t WHERE kind IN ('playlist_item', 'playlist_item_json') ORDER BY kind$$,
  ARRAY[1, 0], 'of two formats in one export the JSON is believed, which tells more');
SELECT * FROM finish();
ROLLBACK;
