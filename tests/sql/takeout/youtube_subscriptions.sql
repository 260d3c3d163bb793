-- A channel that is followed is one thing in the old format and in the new, in every language.
BEGIN;
SELECT plan(8);
SELECT results_eq($$SELECT ordinal, reject, title, url, attrs FROM takeout.youtube_subscription('[
    ["UCa", "http://www.youtube.com/channel/UCa", "Loaf Lab, the channel"], ["UCb"], ["", "x", "y"], ["UCc", "u", "t", "surplus"]]', '{}')$$,
  $$VALUES (1::bigint, NULL::text, 'Loaf Lab, the channel', 'http://www.youtube.com/channel/UCa', '{"channel_id": "UCa"}'::jsonb), (2, NULL, NULL, NULL, '{"channel_id": "UCb"}'),
           (3, 'no channel', 'y', 'x', '{"channel_id": ""}'), (4, NULL, 't', 'u', '{"channel_id": "UCc", "more": ["surplus"]}')$$, 'rows');
SELECT results_eq($$SELECT ordinal, reject, at, title, url FROM takeout.youtube_subscription_json('[
    {"snippet": {"title": "Rio", "publishedAt": "2018-01-02T03:04:05.678Z", "resourceId": {"channelId": "UCa"}}}, {"snippet": {"publishedAt": "x"}}]', '{}')$$,
  $$VALUES (1::bigint, NULL::text, '2018-01-02 03:04:05.678+00'::timestamptz, 'Rio', 'http://www.youtube.com/channel/UCa'), (2, 'no channel', NULL, NULL, NULL)$$, 'elements');
SELECT is((SELECT ident FROM takeout.youtube_subscription('[["UCa", "u", "t"]]', '{}')),
          (SELECT ident FROM takeout.youtube_subscription_json('[{"snippet": {"resourceId": {"channelId": "UCa"}}}]', '{}')), 'one thing in both formats');
SELECT is((SELECT count(DISTINCT t ->> 'scope') FROM imports.kind, jsonb_array_elements(targets) AS t WHERE kind IN ('subscription', 'subscription_json')), 1::bigint,
          'one list: what the new format lacks is gone');
SELECT results_eq($$SELECT imports.recognize(p, h) FROM (VALUES ('Takeout/YouTube and YouTube Music/subscriptions/subscriptions.csv', NULL), ('Takeout/YouTube und YouTube Music/Abos/Abos.csv', NULL),
    ('Takeout/X/Y.csv', E'Kanal-ID,Kanal-URL,Kanaltitel\nUCsynthSaltShore00000001,http://www.youtube.com/channel/UCsynthSaltShore00000001,Salt'),
    ('Takeout/YouTube/subscriptions/subscriptions.json', NULL), ('Takeout/X/Y.json', '[ {"id": "x", "kind": "youtube#subscription"')) AS v(p, h)$$,
  ARRAY['youtube_subscriptions', 'youtube_subscriptions', 'youtube_subscriptions', 'youtube_subscriptions_json', 'youtube_subscriptions_json'], 'recognised by name and by content');
SELECT lives_ok($$SELECT count(*) FROM takeout.youtube_subscription('[null, 1, [], "x", {}, [[]], [{}], [null]]', '{}')$$, 'takes hostile records');
SELECT lives_ok($$SELECT count(*) FROM takeout.youtube_subscription_json('[null, 1, [], "x", {}, {"snippet": 7}, {"snippet": []}, {"snippet": {"resourceId": []}}]', '{}')$$, 'takes hostile records');
SELECT results_eq($$SELECT (t ->> 'rank')::integer FROM imports.kind, jsonb_array_elements(targets) AS t WHERE kind IN ('subscription', 'subscription_json') ORDER BY kind$$,
  ARRAY[1, 0], 'of two formats in one export the JSON is believed, which tells more');
SELECT * FROM finish();
ROLLBACK;
