-- A comment is one thing in HTML and CSV, in the encodings of the text before and since 2024.
BEGIN;
SELECT plan(13);
CREATE TEMP TABLE records AS SELECT '[
  [["Comment ID", "Ugx1"], ["Channel ID", "UCme"], ["Comment Create Timestamp", "2024-03-05T18:10:00.434647+00:00"], ["Price", "0"], ["Parent Comment ID", ""], ["Video ID", "tp0Dawn_001"],
   ["Comment Text", "{\"takeoutSegments\":[{\"text\":\"see \"},{\"text\":\"https://t.example/\",\"link\":{\"linkUrl\":\"https://t.example/\"}},{\"text\":\"\\nline two, \\\"quoted\\\"\"}]}"]],
  [["Comment ID", "Ugx1.2"], ["Channel ID", "UCme"], ["Comment Create Timestamp", "2024-06-01T00:00:00+00:00"], ["Price", "0"], ["Parent Comment ID", "Ugx1"], ["Post ID", ""], ["Video ID", "tp0Dawn_001"],
   ["Comment Text", "{\"text\":\"raw\nend\"},{\"text\":\" and \"},{\"text\":\"more\"}"], ["Top-Level Comment ID", "Ugx1"]],
  [["Kommentar-ID", "UgxsynthA0000000000003"], ["Kanal-ID", "UCme"], ["Erstellt", "2024-07-01T00:00:00.5+00:00"], ["Preis", ""], ["Antwort auf", "UgxsynthA0000000000001"], ["Video-ID", "tp0Dawn_001"], ["Text", "{\"text\":\"Hallo\"}"]],
  [["Comment ID", "Ugx4"], ["Channel ID", "UCme"], ["Comment Create Timestamp", "2024-07-02T00:00:00+00:00"], ["Post ID", "Ugkxpost"], ["Comment Text", "just words"]],
  [["Comment ID", "Ugx5"], ["Channel ID", "UCme"], ["Comment Create Timestamp", "x"], ["Video ID", "tp0Dawn_001"], ["Comment Text", "{\"text\":\"cut"]]
]'::jsonb AS list;
SELECT results_eq($$SELECT ordinal, reject, at, url, body, parent FROM records, takeout.youtube_comment(list, '{}')$$,
  $$VALUES (1::bigint, NULL::text, '2024-03-05 18:10:00.434647+00'::timestamptz, 'https://www.youtube.com/watch?v=tp0Dawn_001', E'see https://t.example/\nline two, "quoted"', NULL::text),
           (2, NULL, '2024-06-01 00:00:00+00', 'https://www.youtube.com/watch?v=tp0Dawn_001', E'raw\nend and more', 'Ugx1'),
           (3, NULL, '2024-07-01 00:00:00.5+00', 'https://www.youtube.com/watch?v=tp0Dawn_001', 'Hallo', 'UgxsynthA0000000000001'),
           (4, NULL, '2024-07-02 00:00:00+00', 'https://www.youtube.com/post/Ugkxpost', 'just words', NULL),
           (5, 'the time is no time', NULL, 'https://www.youtube.com/watch?v=tp0Dawn_001', '{"text":"cut', NULL)$$, 'texts of both eras, columns by name or by what is in them');
SELECT is((SELECT attrs FROM records, takeout.youtube_comment(list, '{}') WHERE ordinal = 1),
  '{"comment id": "Ugx1", "channel id": "UCme", "price": "0", "links": ["https://t.example/"]}', 'the rest stays');
SELECT results_eq($$SELECT at, url, body, attrs ->> 'live chat id' FROM takeout.youtube_comment('[
    [["Live Chat ID", "LCC1"], ["Channel ID", "UCme"], ["Live Chat Create Timestamp", "2024-01-20T20:00:00.5+00:00"], ["Price", "0"], ["Video ID", "liveTide_01"], ["Live Chat Text", "{\"takeoutSegments\":[{\"text\":\"hello \"},{\"text\":\"all\"}]}"]]]', '{}')$$,
  $$VALUES ('2024-01-20 20:00:00.5+00'::timestamptz, 'https://www.youtube.com/watch?v=liveTide_01', 'hello all', 'LCC1')$$, 'live chats');
CREATE TEMP TABLE pages AS SELECT '[
  {"all": "You added a comment on a video at 2024-03-05 18:10:00 UTC.see https://t.example/line two, \"quoted\"", "links": ["http://www.youtube.com/watch?v=tp0Dawn_001&lc=Ugx9.8", "http://www.youtube.com/watch?v=tp0Dawn_001"],
   "before": [{"url": "http://www.youtube.com/watch?v=tp0Dawn_001&lc=Ugx9.8", "name": "comment"}, {"url": "http://www.youtube.com/watch?v=tp0Dawn_001", "name": "Tide & pools"}],
   "text": ["see ", "https://t.example/", "", "line two, \"quoted\""]},
  {"all": "Sent at 2018-05-06T07:08:09Z while watching a video.Hello", "links": ["http://www.youtube.com/watch?v=oldOnly_001"], "text": ["Hello"]},
  {"all": "Something else", "links": [], "text": []}
]'::jsonb AS list;
SELECT results_eq($$SELECT ordinal, reject, at, url, body, parent, attrs FROM pages, takeout.youtube_comment_html(list, '{}')$$,
  $$VALUES (1::bigint, NULL::text, '2024-03-05 18:10:00+00'::timestamptz, 'https://www.youtube.com/watch?v=tp0Dawn_001', E'see https://t.example/\nline two, "quoted"', 'Ugx9', '{"comment id": "Ugx9.8"}'::jsonb),
           (2, NULL, '2018-05-06 07:08:09+00', 'https://www.youtube.com/watch?v=oldOnly_001', 'Hello', NULL, NULL),
           (3, 'no time', NULL, NULL, NULL, NULL, NULL)$$, 'cells of the page, both wordings');
SELECT results_eq('SELECT title FROM pages, takeout.youtube_comment_html(list, ''{}'') ORDER BY ordinal', $$VALUES ('Tide & pools'), (NULL), (NULL)$$,
  'the link to the video tells its title');
SELECT is((SELECT h.ident FROM pages, takeout.youtube_comment_html(list, '{}') AS h WHERE h.ordinal = 1),
          (SELECT c.ident FROM records, takeout.youtube_comment(list, '{}') AS c WHERE c.ordinal = 1), 'one identity in HTML and CSV');
SELECT results_eq($$SELECT t ->> 'coarse' FROM imports.kind, jsonb_array_elements(targets) AS t WHERE kind IN ('comment', 'comment_html', 'live_chat') ORDER BY kind$$,
  ARRAY['false', 'true', 'false'], 'the page is coarse');
SELECT results_eq($$SELECT imports.recognize(p, h) FROM (VALUES ('Takeout/YouTube and YouTube Music/comments/comments.csv', NULL), ('Takeout/YouTube and YouTube Music/live chats/live chats.csv', NULL),
    ('Takeout/YouTube/my-comments/my-comments.html', NULL), ('Takeout/YouTube/my-live-chat-messages/my-live-chat-messages.html', NULL)) AS v(p, h)$$,
  ARRAY['youtube_comments', 'youtube_live_chats', 'youtube_comments_html', 'youtube_comments_html'], 'recognised by name');
SELECT results_eq($$SELECT imports.recognize('Takeout/X/Y.' || e, h) FROM (VALUES
    ('csv', E'A,B,C,D,E,F,G\r\nUgxsynthA0000000000001,UCsynthMe0000000000000001,2024-03-05T18:10:00.434647+00:00,0,,tp0Dawn_001,"{""takeoutSegments"":[{""text"":""That'),
    ('csv', E'A,B,C,D,E,F\r\nLCCsynth01,UCsynthMe0000000000000001,2024-01-20T20:00:00.5+00:00,0,liveTide_01,"{""text"":""hello'),
    ('html', '<html><body><ul><li>Irgendetwas <a href="http://www.youtube.com/watch?v=a&amp;lc=b">x</a> y <a href="http://www.youtube.com/watch?v=a">z</a> 2019-06-21 05:50:10 UTC.<br/>So')) AS v(e, h)$$,
  ARRAY['youtube_comments', 'youtube_live_chats', 'youtube_comments_html'], 'recognised by content');
SELECT is(imports.recognize('Takeout/X/Y.html', '<html><body><ul><li>x <a href="https://www.youtube.com/watch?v=1">v</a><br>t</li><li>2019-06-21 05:50:10 UTC</li>'), NULL, 'a link without a time is no comment');
SELECT lives_ok($$SELECT count(*) FROM takeout.youtube_comment('[null, 1, [], "x", {}, [[]], [{}], [null], [["Comment Text", "{\"takeoutSegments\": 7}"]], [["Comment Text", "{\"text\": {}}, 7"]], [["Comment Text", "{\"takeoutSegments\":[1,[],{\"text\":[]}]}"]]]', '{}')$$, 'takes hostile records');
SELECT lives_ok($$SELECT count(*) FROM takeout.youtube_comment_html('[null, 1, [], "x", {}, {"all": [], "links": {}, "text": 7}, {"links": [null, 1, {}], "text": [null, []]}]', '{}')$$, 'takes hostile records');
SELECT is((SELECT reject FROM takeout.youtube_comment_html('[{"all": "at 2019-99-99 05:50:10 UTC."}]', '{}')), 'the time is no time', 'a date that is none');
SELECT * FROM finish();
ROLLBACK;
