-- YouTube/music (library and uploads): music library songs.csv (Video ID, Song Title, Album Title, Artist Name 1 …; before,
-- music-library-songs.csv with Song URL and Artist Names) and music uploads metadata.csv (Song Title, Album Title, Artist
-- Name 1 …, Duration Seconds).
-- Traps: columns are in the language of the account, so they go by their place; by its content a table of songs is one
-- that begins with the id of a video, which is no number and no word.
CALL imports.register_document('youtube_library_songs', 'YouTube', 'csv',
  ARRAY['(^|/)YouTube[^/]*/.*music[- ]library[- ]songs(\(\d+\))?\.csv$'],
  '^[\s\uFEFF]*([^,\n]+,){3,}[^,\n]+\r?\n(?!([^"\n]|"[^"]*")*(,UC[-\w]{20}|\d{4}-\d\d-\d\dT|,-?\d+\.\d+,-?\d+\.\d+))"?(https?://music\.youtube\.com/|(?!\d{11}|[A-Z]?[a-z]{10})[-\w]{11},([^",\n]+|"[^\n]*"),([^",\n]*|"[^\n]*"),)');
CALL imports.register_kind('library_song', 'youtube_library_songs', 0, '{"as": "array"}',
  '[{"table": "user_data.playlist_item", "parser": "takeout.youtube_library_song", "state": true}]');
CALL imports.register_document('youtube_uploaded_songs', 'YouTube', 'csv',
  ARRAY['(^|/)YouTube[^/]*/.*music[- ]uploads[- ]metadata(\(\d+\))?\.csv$'], '^[\s\uFEFF]*Song Title,Album Title,Artist Name');
CALL imports.register_kind('uploaded_song', 'youtube_uploaded_songs', 0, '{"as": "array"}',
  '[{"table": "user_data.playlist_item", "parser": "takeout.youtube_uploaded_song", "state": true}]');

CREATE OR REPLACE FUNCTION takeout.youtube_library_song(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, ident uuid, playlist text, title text, url text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT s.ordinal, CASE WHEN coalesce(s.song, s.title) IS NULL THEN 'neither a song nor a title' END,
         takeout.ident('library_song', coalesce(s.song, s.title)), 'Music library', s.title,
         CASE WHEN s.song ~ '^https?:' THEN s.song ELSE 'https://music.youtube.com/watch?v=' || s.song END,
         nullif(jsonb_strip_nulls(jsonb_build_object('album', nullif(s.record ->> 2, ''), 'artists', s.artists)), '{}')
    FROM (SELECT r.ordinal, r.record, nullif(btrim(r.record ->> 0), '') AS song, takeout.plain(r.record ->> 1) AS title,
                 (SELECT jsonb_agg(a) FROM jsonb_array_elements_text(r.record - 0 - 0 - 0) AS a WHERE a <> '') AS artists
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
           WHERE jsonb_typeof(r.record) = 'array'
          OFFSET 0) AS s
$$;
COMMENT ON FUNCTION takeout.youtube_library_song(jsonb, jsonb) IS 'The songs of the music library, as items of the playlist Music library.';
GRANT EXECUTE ON FUNCTION takeout.youtube_library_song(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.youtube_uploaded_song(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, ident uuid, playlist text, title text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT r.ordinal, CASE WHEN r.record ->> 0 IS NULL THEN 'no title' END,
         takeout.ident('uploaded_song', r.record::text), 'Music uploads', takeout.plain(r.record ->> 0),
         nullif(jsonb_strip_nulls(jsonb_build_object('album', nullif(r.record ->> 1, ''), 'artists',
           (SELECT jsonb_agg(a) FROM jsonb_array_elements_text(r.record - 0 - 0 - -1) AS a WHERE a <> ''),
           'duration_s', takeout.number(r.record ->> -1))), '{}')
    FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
   WHERE jsonb_typeof(r.record) = 'array'
$$;
COMMENT ON FUNCTION takeout.youtube_uploaded_song(jsonb, jsonb) IS 'Songs that the owner put there, as items of the playlist Music uploads.';
GRANT EXECUTE ON FUNCTION takeout.youtube_uploaded_song(jsonb, jsonb) TO lake_user;
