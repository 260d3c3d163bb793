-- The owner's channels and their settings.
BEGIN;
SELECT plan(5);
SELECT results_eq($$SELECT ordinal, reject, title, url, attrs FROM takeout.youtube_channel('[
    [["Channel ID", "UCa"], ["Channel Country", "US"], ["Channel Title (Original)", "Robin"], ["Channel Visibility", "Public"]], [["Kanal-ID", "UCb"], ["Land", "DE"], ["Titel", "Rotkehlchen"], ["Sichtbarkeit", "Privat"]], [["Channel ID", ""]]]', '{}')$$,
  $$VALUES (1::bigint, NULL::text, 'Robin', 'https://www.youtube.com/channel/UCa', '{"channel id": "UCa", "channel country": "US", "channel visibility": "Public"}'::jsonb),
           (2, NULL, 'Rotkehlchen', 'https://www.youtube.com/channel/UCb', '{"kanal-id": "UCb", "land": "DE", "titel": "Rotkehlchen", "sichtbarkeit": "Privat"}'),
           (3, 'no channel', NULL, 'https://www.youtube.com/channel/', NULL)$$, 'channels');
SELECT results_eq($$SELECT title, attrs FROM takeout.youtube_channel_url('[[["Channel ID", "UCa"], ["Channel Vanity URL 1 Name", "robin"], ["Channel Vanity URL 2 Name", "rq"]]]', '{}')$$,
  $$VALUES ('robin', '{"channel id": "UCa", "channel vanity url 2 name": "rq"}'::jsonb)$$, 'addresses');
SELECT results_eq($$SELECT title, attrs FROM takeout.youtube_channel_setting('[[["Channel ID", "UCa"], ["Country", "US"]]]', '{"path": "Takeout/YouTube/channels/channel page settings.csv"}')$$,
  $$VALUES ('channel page settings', '{"channel id": "UCa", "country": "US"}'::jsonb)$$, 'other tables');
SELECT results_eq($$SELECT imports.recognize(p, h) FROM (VALUES ('Takeout/YouTube and YouTube Music/channels/channel.csv', NULL), ('Takeout/YouTube and YouTube Music/channels/channel URL configs.csv', NULL),
    ('Takeout/YouTube and YouTube Music/channels/channel page settings.csv', NULL), ('Takeout/X/Y.csv', E'Channel ID,Channel Country,Channel Title (Original)\r\nUCsynthMe0000000000000001,US,Robin\r\n'),
    ('Takeout/X/Z.csv', E'Channel ID,Channel Vanity URL 1 Name\r\nUCsynthMe0000000000000001,robinquill\r\n'),
    ('Takeout/X/V.csv', E'Kanal-ID,Name in der URL\r\nUCsynthMe0000000000000001,robinquill\r\n')) AS v(p, h)$$,
  ARRAY['youtube_channels', 'youtube_channel_urls', 'youtube_channel_settings', 'youtube_channels', 'youtube_channel_urls', 'youtube_channel_settings'], 'recognised by name, by the names of columns, else by the id of a channel');
SELECT lives_ok($$SELECT count(*) FROM (VALUES ('[null, 1, [], "x", {}, [[]], [{}], [null], [["Channel ID", {}]]]'::jsonb)) AS v(r),
  LATERAL (SELECT ordinal FROM takeout.youtube_channel(r, '{}') UNION ALL SELECT ordinal FROM takeout.youtube_channel_url(r, '{}') UNION ALL SELECT ordinal FROM takeout.youtube_channel_setting(r, '{}')) AS x$$, 'takes hostile records');
SELECT * FROM finish();
ROLLBACK;
