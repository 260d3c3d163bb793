-- Google Play Store/Subscriptions.json: [{"subscription": {"doc", "renewalDate", "pricing": [{"price", "period"}], "state",
-- "userChangeRecord": [{"type", "changeTime"}]}}].
-- Traps: one that was cancelled and taken again stands twice; prices are texts in the buyer's language.
CALL imports.register_document('play_subscriptions', 'Google Play Store', 'json',
  ARRAY['(^|/)Google Play Store/Subscriptions\.json$'],
  '^[\s\uFEFF]*\[\s*\{\s*"subscription"\s*:\s*\{\s*"(doc|renewalDate|pricing|state|userChangeRecord)"');
CALL imports.register_kind('play_subscription', 'play_subscriptions', 0, '{"list": []}',
  '[{"table": "user_data.subscription", "parser": "takeout.play_subscription", "state": true}]');

CREATE OR REPLACE FUNCTION takeout.play_subscription(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, product text, title text, status text, amount numeric,
               currency text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT s.ordinal, CASE WHEN s.title IS NULL AND s.began IS NULL THEN 'neither a title nor a time' END, takeout.known_time(s.began),
         takeout.ident('subscription', 'Google Play Store', s.body #>> '{doc,documentType}', s.title, s.began),
         'Google Play Store', s.title, s.body ->> 'state', takeout.amount(s.price), takeout.currency(s.price),
         nullif(takeout.without(s.body, 'doc.title') - 'state', '{"doc": {}}')
    FROM (SELECT r.ordinal, r.record -> 'subscription' AS body, r.record #>> '{subscription,pricing,0,price}' AS price,
                 nullif(r.record #>> '{subscription,doc,title}', '') AS title,
                 (SELECT min(c #>> '{}') FROM jsonb_path_query(r.record, '$.subscription.userChangeRecord[*].changeTime') AS c) AS began
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
           WHERE jsonb_typeof(r.record -> 'subscription') = 'object'
          OFFSET 0) AS s
$$;
COMMENT ON FUNCTION takeout.play_subscription(jsonb, jsonb) IS
  'Subscriptions; at is their first change, which is their begin. When each is renewed stays in attrs.';
GRANT EXECUTE ON FUNCTION takeout.play_subscription(jsonb, jsonb) TO lake_user;
