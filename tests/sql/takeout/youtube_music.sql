-- The music library and uploads are playlists; both eras of the library.
BEGIN;
SELECT plan(6);
SELECT results_eq($$SELECT ordinal, reject, playlist, title, url, attrs FROM takeout.youtube_library_song('[
    ["fog_lullab1", "Foghorn Lullaby", "Low Water", "The Buoys", ""], ["https://music.youtube.com/watch?v=fog_lullab1", "Foghorn Lullaby", "", "The Buoys, Tam"], ["", ""], ["x"]]', '{}')$$,
  $$VALUES (1::bigint, NULL::text, 'Music library', 'Foghorn Lullaby', 'https://music.youtube.com/watch?v=fog_lullab1', '{"album": "Low Water", "artists": ["The Buoys"]}'::jsonb),
           (2, NULL, 'Music library', 'Foghorn Lullaby', 'https://music.youtube.com/watch?v=fog_lullab1', '{"artists": ["The Buoys, Tam"]}'),
           (3, 'neither a song nor a title', 'Music library', NULL, NULL, NULL), (4, NULL, 'Music library', NULL, 'https://music.youtube.com/watch?v=x', NULL)$$, 'songs of the library');
SELECT results_eq($$SELECT ordinal, reject, playlist, title, attrs FROM takeout.youtube_uploaded_song('[["Own Song", "Tape", "Robin", "Tam", "123.5"], []]', '{}')$$,
  $$VALUES (1::bigint, NULL::text, 'Music uploads', 'Own Song', '{"album": "Tape", "artists": ["Robin", "Tam"], "duration_s": 123.5}'::jsonb), (2, 'no title', 'Music uploads', NULL, NULL)$$, 'songs of one''s own');
SELECT results_eq($$SELECT imports.recognize(p, h) FROM (VALUES ('Takeout/YouTube and YouTube Music/music (library and uploads)/music library songs.csv', NULL), ('Takeout/YouTube and YouTube Music/music-library-songs/music-library-songs.csv', NULL),
    ('Takeout/YouTube and YouTube Music/music (library and uploads)/music uploads metadata.csv', NULL), ('Takeout/X/Y.csv', E'Video-ID,Titel,Album,Künstler 1\r\nfog_lullab1,Foghorn Lullaby,Low Water,The Buoys\r\n'),
    ('Takeout/X/Z.csv', 'Song Title,Album Title,Artist Name 1,Duration Seconds')) AS v(p, h)$$,
  ARRAY['youtube_library_songs', 'youtube_library_songs', 'youtube_uploaded_songs', 'youtube_library_songs', 'youtube_uploaded_songs'], 'recognised by name and by content');
SELECT is_empty($$SELECT FROM unnest(ARRAY[E'Number,Name,Plan,Line,Device\n15551234567,Ann,Flexible,1,Pixel\n', E'What,A,B,C,D\nInformation,x,y,z,q\n']) AS h
                   WHERE imports.recognize('Takeout/X/Y.csv', h) IS NOT NULL$$, 'numbers and words of eleven signs are no songs');
SELECT lives_ok($$SELECT count(*) FROM takeout.youtube_library_song('[null, 1, [], "x", {}, [[]], [{}], [null], [1, 2, 3, [4]]]', '{}')$$, 'takes hostile records');
SELECT lives_ok($$SELECT count(*) FROM takeout.youtube_uploaded_song('[null, 1, [], "x", {}, [[]], [{}], [null], [1, 2, 3, [4]]]', '{}')$$, 'takes hostile records');
SELECT * FROM finish();
ROLLBACK;
