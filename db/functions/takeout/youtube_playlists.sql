-- YouTube playlists: playlists/playlists.csv lists them, playlists/<name>-videos.csv holds the videos of one. Before 2020
-- playlists/<name>.json, likes.json among them: lists of {"kind": "youtube#playlistItem"}. Between the two,
-- playlists/<name>.csv: a row about the list, an empty row, then its videos (Video Id, Time Added).
-- Traps: names of folders, files and columns are in the language of the account, and playlists.csv leaves out columns
-- that are empty, so columns go by their names and, in other languages, by what is in them; the name of a file is the
-- title, cut and with other signs; the parts of one day disagree about the order; a video may stand in a list several
-- times, known apart by the second in which it was added; a telephone number has eleven signs, too;
-- only the JSON has the titles of the videos: where both formats are in one export it is believed.
CALL imports.register_document('youtube_playlists', 'YouTube', 'csv',
  ARRAY['(^|/)YouTube[^/]*/playlists/playlists\.csv$'],
  '^[\s\uFEFF]*([^,\n]+,){5,}[^,\n]+\r?\n(PL|WL|LL|FL|UU|OL|RD)[-\w]{0,60},([^\n]*,)?\d{4}-\d\d-\d\dT[^,\n]*,\d{4}-\d\d-\d\dT');
CALL imports.register_kind('playlist', 'youtube_playlists', 0, '{"as": "pairs"}',
  '[{"table": "user_data.playlist", "parser": "takeout.youtube_playlist", "state": true}]');
CALL imports.register_document('youtube_playlist_items', 'YouTube', 'csv',
  ARRAY['(^|/)YouTube[^/]*/playlists/[^/]*-videos(\(\d+\))?\.csv$', '(^|/)YouTube[^/]*/playlists/(?!playlists\.csv)[^/]+\.csv$'],
  '(^|\n)[\s\uFEFF]*[^,\n]+,[^,\n]+\r?\n"?(?!\d{11}|[A-Z]?[a-z]{10})[-\w]{11}"?,"?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d');
CALL imports.register_kind('playlist_item', 'youtube_playlist_items', 0,
  '{"as": "array", "start": "^Video I[dD],"}',
  '[{"table": "user_data.playlist_item", "parser": "takeout.youtube_playlist_item", "state": true, "rank": 1}]');
CALL imports.register_document('youtube_playlist_items_json', 'YouTube', 'json',
  ARRAY['(^|/)YouTube[^/]*/playlists/[^/]+\.json$'], '^[\s\uFEFF]*\[\s*\{.*"youtube#playlistItem"');
CALL imports.register_kind('playlist_item_json', 'youtube_playlist_items_json', 0, '{"list": []}',
  '[{"table": "user_data.playlist_item", "parser": "takeout.youtube_playlist_item_json", "state": true, "scope": "playlist_item"}]');

CREATE OR REPLACE FUNCTION takeout.youtube_playlist(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, playlist text, title text, description text,
               visibility text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT p.ordinal, CASE WHEN coalesce(p.id, p.title) IS NULL THEN 'neither an id nor a title' END,
         takeout.kept_time(takeout.time(coalesce(p.named ->> 'playlist create timestamp', p.first_time))),
         takeout.ident('playlist', coalesce(p.id, p.title)), coalesce(p.id, p.title), p.title,
         p.named ->> 'playlist description (original)',
         coalesce(p.named ->> 'playlist visibility', p.cells[cardinality(p.cells)]),
         nullif(p.named - '{playlist id,playlist title (original),playlist description (original),playlist visibility,
                            playlist create timestamp}'::text[], '{}')
    FROM (SELECT r.ordinal, c.cells, c.named, nullif(c.cells[1], '') AS id,
                 -- In other languages: the last text before the times, which come last but two.
                 takeout.plain(coalesce(c.named ->> 'playlist title (original)',
                   CASE WHEN NOT c.named ? 'playlist id'
                        THEN (SELECT s.cell FROM unnest(c.cells) WITH ORDINALITY AS s(cell, place)
                               WHERE s.place > 2 AND s.place < t.place AND s.cell <> '' AND s.cell !~ '^[a-z]{2,3}(-[A-Za-z]+)?$'
                               ORDER BY s.place DESC LIMIT 1) END)) AS title,
                 t.cell AS first_time
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
           CROSS JOIN LATERAL takeout.cells(r.record) AS c
            LEFT JOIN LATERAL (SELECT u.cell, u.place FROM unnest(c.cells) WITH ORDINALITY AS u(cell, place)
                                WHERE u.cell LIKE '____-__-__T__:%' ORDER BY u.place LIMIT 1) AS t ON true
          OFFSET 0) AS p
$$;
COMMENT ON FUNCTION takeout.youtube_playlist(jsonb, jsonb) IS 'Playlists from the rows of playlists.csv.';
GRANT EXECUTE ON FUNCTION takeout.youtube_playlist(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.youtube_playlist_item(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, playlist text, url text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT i.ordinal, CASE WHEN i.video !~ '^[-\w]{11}$' THEN 'no video' END, takeout.kept_time(takeout.time(i.added)),
         takeout.ident('playlist_item', 'YouTube', f.playlist, i.video,
                       extract(epoch FROM date_trunc('second', takeout.kept_time(takeout.time(i.added))))::bigint::text), f.playlist,
         'https://www.youtube.com/watch?v=' || i.video,
         jsonb_build_object('video_id', i.video)
         || CASE WHEN jsonb_array_length(i.cells) > 2 THEN jsonb_build_object('more', i.cells - 0 - 0) ELSE '{}' END
         || CASE WHEN i.preamble <> '[]' THEN jsonb_build_object('playlist', i.preamble) ELSE '{}' END
    FROM (SELECT regexp_replace(takeout.file_stem(p_file ->> 'path'), '-videos(\(\d+\))?$', '\1', 'i') AS playlist) AS f,
         (SELECT r.ordinal, r.record -> 'row' AS cells, r.record -> 'preamble' AS preamble,
                 coalesce(btrim(r.record #>> '{row,0}'), '') AS video,
                 regexp_replace(btrim(r.record #>> '{row,1}'), '^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) UTC$', '\1T\2Z') AS added
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
           WHERE jsonb_typeof(r.record -> 'row') = 'array'
          OFFSET 0) AS i
$$;
COMMENT ON FUNCTION takeout.youtube_playlist_item(jsonb, jsonb) IS 'The videos of a playlist, from the rows of <name>-videos.csv; the playlist is called as its file is, what stood above the rows is attrs.playlist.';
GRANT EXECUTE ON FUNCTION takeout.youtube_playlist_item(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.youtube_playlist_item_json(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, playlist text, title text, url text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT i.ordinal, CASE WHEN i.video IS NULL THEN 'no video' END,
         takeout.kept_time(takeout.time(i.record #>> '{snippet,publishedAt}')),
         takeout.ident('playlist_item', 'YouTube', f.playlist, i.video,
                       extract(epoch FROM date_trunc('second', takeout.kept_time(takeout.time(i.record #>> '{snippet,publishedAt}'))))::bigint::text), f.playlist,
         takeout.plain(i.record #>> '{snippet,title}'), 'https://www.youtube.com/watch?v=' || i.video,
         takeout.without(i.record, 'snippet.title', 'snippet.publishedAt') || jsonb_build_object('video_id', i.video)
    FROM (SELECT takeout.file_stem(p_file ->> 'path') AS playlist) AS f,
         (SELECT r.ordinal, r.record,
                 nullif(coalesce(r.record #>> '{contentDetails,videoId}', r.record #>> '{snippet,resourceId,videoId}'), '') AS video
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
           WHERE jsonb_typeof(r.record) = 'object'
          OFFSET 0) AS i
$$;
COMMENT ON FUNCTION takeout.youtube_playlist_item_json(jsonb, jsonb) IS 'The videos of a playlist or the likes, from the elements of <name>.json.';
GRANT EXECUTE ON FUNCTION takeout.youtube_playlist_item_json(jsonb, jsonb) TO lake_user;
