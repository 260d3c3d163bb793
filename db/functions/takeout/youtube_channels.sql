-- YouTube/channels: channel.csv (Channel ID, Channel Country, Channel Title (Original), Channel Visibility …), channel URL
-- configs.csv (Channel ID, Channel Vanity URL 1 Name …) and further tables of settings, a row for each channel.
-- Traps: empty columns are left out. In other languages all of these are tables of settings, told by the channel's id.
-- At a known name the title is told by its place, the last but one.
CALL imports.register_document('youtube_channels', 'YouTube', 'csv',
  ARRAY['(^|/)YouTube[^/]*/channels/channel\.csv$'], '^[\s\uFEFF]*Channel ID,([^\n]*,)?Channel Title \(Original\)');
CALL imports.register_kind('channel', 'youtube_channels', 0, '{"as": "pairs"}',
  '[{"table": "user_data.item", "parser": "takeout.youtube_channel", "state": true}]');
CALL imports.register_document('youtube_channel_urls', 'YouTube', 'csv',
  ARRAY['(^|/)YouTube[^/]*/channels/channel URL configs\.csv$'], '^[\s\uFEFF]*Channel ID,Channel Vanity URL 1 Name');
CALL imports.register_kind('channel_url', 'youtube_channel_urls', 0, '{"as": "pairs"}',
  '[{"table": "user_data.item", "parser": "takeout.youtube_channel_url", "state": true}]');
CALL imports.register_document('youtube_channel_settings', 'YouTube', 'csv', ARRAY['(^|/)YouTube[^/]*/channels/(?!channel\.csv|channel URL configs\.csv)[^/]+\.csv$'],
  '^[\s\uFEFF]*(?!Channel ID,([^\n]*,)?Channel (Title|Vanity URL) )[^,\n]+(,[^,\n]+)+\r?\n"?UC[-\w]{20,24}"?,(?!"?https?:)');
CALL imports.register_kind('channel_setting', 'youtube_channel_settings', 0, '{"as": "pairs"}',
  '[{"table": "user_data.item", "parser": "takeout.youtube_channel_setting", "state": true}]');

CREATE OR REPLACE FUNCTION takeout.youtube_channel(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, ident uuid, type text, product text, title text, url text, body text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT r.ordinal, CASE WHEN coalesce(c.cells[1], '') = '' THEN 'no channel' END, takeout.ident('channel', c.cells[1]),
         'channel', 'YouTube',
         takeout.plain(coalesce(c.named ->> 'channel title (original)', c.cells[cardinality(c.cells) - 1])),
         'https://www.youtube.com/channel/' || c.cells[1], c.named ->> 'channel description (original)',
         c.named - '{channel title (original),channel description (original)}'::text[]
    FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
   CROSS JOIN LATERAL takeout.cells(r.record) AS c
   WHERE c.cells IS NOT NULL
$$;
COMMENT ON FUNCTION takeout.youtube_channel(jsonb, jsonb) IS 'Items from the rows of channel.csv: the owner''s channels.';
GRANT EXECUTE ON FUNCTION takeout.youtube_channel(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.youtube_channel_url(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, ident uuid, type text, product text, title text, url text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT r.ordinal, CASE WHEN coalesce(c.cells[1], '') = '' THEN 'no channel' END, takeout.ident('channel_url', c.cells[1]),
         'channel_url', 'YouTube', c.cells[2], 'https://www.youtube.com/channel/' || c.cells[1],
         c.named - 'channel vanity url 1 name'
    FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
   CROSS JOIN LATERAL takeout.cells(r.record) AS c
   WHERE c.cells IS NOT NULL
$$;
COMMENT ON FUNCTION takeout.youtube_channel_url(jsonb, jsonb) IS 'Items from the rows of channel URL configs.csv: title the name in the address.';
GRANT EXECUTE ON FUNCTION takeout.youtube_channel_url(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.youtube_channel_setting(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, ident uuid, type text, product text, title text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT r.ordinal, NULL::text, takeout.ident('channel_setting', f.name, c.cells[1], c.cells[2]), 'channel_setting', 'YouTube',
         f.name, c.named
    FROM (SELECT takeout.file_stem(p_file ->> 'path') AS name) AS f,
         jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
   CROSS JOIN LATERAL takeout.cells(r.record) AS c
   WHERE c.cells IS NOT NULL
$$;
COMMENT ON FUNCTION takeout.youtube_channel_setting(jsonb, jsonb) IS 'Items from the rows of other tables about channels: title the table, attrs its columns.';
GRANT EXECUTE ON FUNCTION takeout.youtube_channel_setting(jsonb, jsonb) TO lake_user;
