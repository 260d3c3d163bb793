-- YouTube/video metadata: videos.csv (Video ID, Approx Duration (ms), … Video Title (Original), … Video Create Timestamp),
-- video recordings.csv (where they were taken) and further tables about the videos that the owner put there.
-- The film itself lies in videos/<title>.mp4: what the table says of it is its sidecar, too (imports.settle_media).
-- Traps: empty columns are left out and their names are in the language of the account; descriptions have line ends; the
-- name of the film's file is its title, cut, with other signs.
CALL imports.register_document('youtube_videos', 'YouTube', 'csv',
  ARRAY['(^|/)YouTube[^/]*/video metadata/videos(\(\d+\))?\.csv$'],
  '^[\s\uFEFF]*Video ID,([^\n]*,)?Video Title \(Original\)|^[\s\uFEFF]*([^,\n]+,){6,}[^,\n]+\r?\n[-\w]{11},(\d{1,9})?,([^"\n]|"[^"]*")*,UC[-\w]{10,},');
CALL imports.register_kind('video_metadata', 'youtube_videos', 0, '{"as": "pairs"}',
  '[{"table": "user_data.item", "parser": "takeout.youtube_video", "state": true},
    {"table": "user_data.sidecar", "parser": "takeout.youtube_video_sidecar", "newest": true}]');
CALL imports.register_document('youtube_video_recordings', 'YouTube', 'csv',
  ARRAY['(^|/)YouTube[^/]*/video metadata/video recordings\.csv$'],
  '^[\s\uFEFF]*(Video ID,([^\n]*,)?Video Recording (Address|Altitude|Latitude)|[^,\n]+(,[^,\n]+){4,}\r?\n[-\w]{11},("[^"]*"|[^",\n]*),(-?[\d.]+)?,-?\d{1,2}\.\d+,-?\d{1,3}\.\d+(,|\r?\n|$))');
CALL imports.register_kind('video_recording', 'youtube_video_recordings', 0, '{"as": "pairs"}',
  '[{"table": "user_data.item", "parser": "takeout.youtube_video_recording", "state": true}]');
CALL imports.register_document('youtube_video_settings', 'YouTube', 'csv', ARRAY['(^|/)YouTube[^/]*/video metadata/(?!videos(\(\d+\))?\.csv|video recordings\.csv)[^/]+\.csv$']);
CALL imports.register_kind('video_setting', 'youtube_video_settings', 0, '{"as": "pairs"}',
  '[{"table": "user_data.item", "parser": "takeout.youtube_video_setting", "state": true}]');

CREATE OR REPLACE FUNCTION takeout.youtube_video(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, type text, product text, title text, url text, body text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT v.ordinal, CASE WHEN coalesce(v.cells[1], '') = '' THEN 'no video' END,
         takeout.kept_time(takeout.time(coalesce(v.named ->> 'video create timestamp', v.first_time))),
         takeout.ident('video_metadata', v.cells[1]), 'video_metadata', 'YouTube', takeout.plain(v.named ->> 'video title (original)'),
         'https://www.youtube.com/watch?v=' || v.cells[1], v.named ->> 'video description (original)',
         v.named - '{video title (original),video description (original),approx duration (ms)}'::text[]
         || jsonb_strip_nulls(jsonb_build_object('duration_s', takeout.number(coalesce(v.named ->> 'approx duration (ms)', v.duration)) / 1000))
    FROM (SELECT r.ordinal, c.cells, c.named,
                 CASE WHEN NOT c.named ? 'video id' AND c.cells[2] ~ '^\d{1,9}$' THEN c.cells[2] END AS duration,
                 (SELECT u.cell FROM unnest(c.cells) WITH ORDINALITY AS u(cell, place)
                   WHERE u.cell LIKE '____-__-__T__:%' ORDER BY u.place LIMIT 1) AS first_time
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
           CROSS JOIN LATERAL takeout.cells(r.record) AS c
           WHERE c.cells IS NOT NULL
          OFFSET 0) AS v
$$;
COMMENT ON FUNCTION takeout.youtube_video(jsonb, jsonb) IS 'Items from the rows of videos.csv; duration_s stands in attrs.';
GRANT EXECUTE ON FUNCTION takeout.youtube_video(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.youtube_video_sidecar(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, path text, title text, description text, url text, created_at timestamptz)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT v.ordinal, v.reject, f.folder || 'videos/' || replace(v.title, '/', '_') || '.json', v.title, v.body, v.url, v.at
    FROM (SELECT regexp_replace(takeout.product_path(p_file ->> 'path'), '[^/]*/[^/]*$', '') AS folder) AS f,
         takeout.youtube_video(p_records, p_file) AS v
   WHERE v.title IS NOT NULL AND f.folder IS NOT NULL
$$;
COMMENT ON FUNCTION takeout.youtube_video_sidecar(jsonb, jsonb) IS
  'The sidecars that films would have if they were pictures, named after their titles in the folder of the films.';
GRANT EXECUTE ON FUNCTION takeout.youtube_video_sidecar(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.youtube_video_recording(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, ident uuid, type text, product text, title text, url text, pos ext.geography, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT r.ordinal, CASE WHEN coalesce(c.cells[1], '') = '' THEN 'no video' END, takeout.ident('video_recording', c.cells[1]),
         'video_recording', 'YouTube', takeout.plain(CASE WHEN c.named ? 'video id' THEN c.named ->> 'video recording address' ELSE c.cells[2] END),
         'https://www.youtube.com/watch?v=' || c.cells[1],
         CASE WHEN c.named ? 'video id'
              THEN takeout.place_point(c.named ->> 'video recording longitude', c.named ->> 'video recording latitude')
              ELSE takeout.place_point(c.cells[5], c.cells[4]) END,
         c.named - 'video recording address'
    FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
   CROSS JOIN LATERAL takeout.cells(r.record) AS c
   WHERE c.cells IS NOT NULL
$$;
COMMENT ON FUNCTION takeout.youtube_video_recording(jsonb, jsonb) IS 'Items from the rows of video recordings.csv: where a video was taken.';
GRANT EXECUTE ON FUNCTION takeout.youtube_video_recording(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.youtube_video_setting(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, ident uuid, type text, product text, title text, url text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT r.ordinal, NULL::text, takeout.ident('video_setting', f.name, c.cells[1], c.cells[2]), 'video_setting', 'YouTube', f.name,
         CASE WHEN c.cells[1] ~ '^[-\w]{11}$' THEN 'https://www.youtube.com/watch?v=' || c.cells[1] END, c.named
    FROM (SELECT takeout.file_stem(p_file ->> 'path') AS name) AS f,
         jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
   CROSS JOIN LATERAL takeout.cells(r.record) AS c
   WHERE c.cells IS NOT NULL
$$;
COMMENT ON FUNCTION takeout.youtube_video_setting(jsonb, jsonb) IS 'Items from the rows of other tables about videos: title the table, attrs its columns.';
GRANT EXECUTE ON FUNCTION takeout.youtube_video_setting(jsonb, jsonb) TO lake_user;
