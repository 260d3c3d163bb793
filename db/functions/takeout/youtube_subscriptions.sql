-- YouTube channels that are followed: subscriptions/subscriptions.csv (Channel Id, Channel Url, Channel Title), and
-- before 2020 subscriptions.json, a list of {"kind": "youtube#subscription", "snippet": {"title", "publishedAt",
-- "resourceId": {"channelId"}}}. A channel is one thing in both.
-- Traps: names of folder, file and columns are in the language of the account, so columns go by their place and the file
-- by its channel ids; only the old format tells since when, so where both are in one export it is believed.
CALL imports.register_document('youtube_subscriptions', 'YouTube', 'csv',
  ARRAY['(^|/)YouTube[^/]*/.*(subscriptions|Abos|abonnementen)\.csv$'],
  '^[\s\uFEFF]*[^,\n]+,[^,\n]+,[^,\n]+\r?\n"?UC[-\w]{10,40}"?,"?https?://www\.youtube\.com/channel/UC');
CALL imports.register_kind('subscription', 'youtube_subscriptions', 0, '{"as": "array"}',
  '[{"table": "user_data.subscription", "parser": "takeout.youtube_subscription", "state": true, "rank": 1}]');
CALL imports.register_document('youtube_subscriptions_json', 'YouTube', 'json',
  ARRAY['(^|/)YouTube[^/]*/subscriptions/subscriptions\.json$'], '^[\s\uFEFF]*\[\s*\{.*"youtube#subscription"');
CALL imports.register_kind('subscription_json', 'youtube_subscriptions_json', 0, '{"list": []}',
  '[{"table": "user_data.subscription", "parser": "takeout.youtube_subscription_json", "state": true, "scope": "subscription"}]');

CREATE OR REPLACE FUNCTION takeout.youtube_subscription(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, ident uuid, product text, title text, url text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT r.ordinal, CASE WHEN coalesce(r.record ->> 0, '') = '' THEN 'no channel' END,
         takeout.ident('subscription', 'YouTube', r.record ->> 0), 'YouTube', takeout.plain(r.record ->> 2),
         nullif(r.record ->> 1, ''),
         jsonb_build_object('channel_id', r.record ->> 0)
         || CASE WHEN jsonb_array_length(r.record) > 3 THEN jsonb_build_object('more', r.record - 0 - 0 - 0) ELSE '{}' END
    FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
   WHERE jsonb_typeof(r.record) = 'array'
$$;
COMMENT ON FUNCTION takeout.youtube_subscription(jsonb, jsonb) IS 'Subscriptions from the rows of subscriptions.csv.';
GRANT EXECUTE ON FUNCTION takeout.youtube_subscription(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.youtube_subscription_json(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, product text, title text, url text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT s.ordinal, CASE WHEN s.channel IS NULL THEN 'no channel' END,
         takeout.kept_time(takeout.time(s.record #>> '{snippet,publishedAt}')),
         takeout.ident('subscription', 'YouTube', s.channel), 'YouTube', takeout.plain(s.record #>> '{snippet,title}'),
         'http://www.youtube.com/channel/' || s.channel,
         takeout.without(s.record, 'snippet.title', 'snippet.publishedAt') || jsonb_build_object('channel_id', s.channel)
    FROM (SELECT r.ordinal, r.record, nullif(r.record #>> '{snippet,resourceId,channelId}', '') AS channel
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
           WHERE jsonb_typeof(r.record) = 'object'
          OFFSET 0) AS s
$$;
COMMENT ON FUNCTION takeout.youtube_subscription_json(jsonb, jsonb) IS 'Subscriptions from the elements of subscriptions.json.';
GRANT EXECUTE ON FUNCTION takeout.youtube_subscription_json(jsonb, jsonb) TO lake_user;
