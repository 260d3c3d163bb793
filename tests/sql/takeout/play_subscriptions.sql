-- Subscriptions of the Play Store begin with their first change.
BEGIN;
SELECT plan(4);
CREATE TEMP TABLE records AS SELECT '[
  {"subscription": {"doc": {"title": "Oar Pro"}, "renewalDate": "2024-04-01T00:00:00Z", "pricing": [{"price": "1,99 €"}], "state": "ACTIVE",
     "userChangeRecord": [{"type": "CHANGED", "changeTime": "2023-05-01T00:00:00Z"}, {"type": "STARTED", "changeTime": "2023-04-01T00:00:00Z"}]}},
  {"subscription": {"doc": {"title": "Oar Pro"}, "state": "CANCELED", "userChangeRecord": [{"type": "STARTED", "changeTime": "2020-04-01T00:00:00Z"}]}},
  {"subscription": {"doc": {"title": "Bare"}, "pricing": 7, "userChangeRecord": "x"}}, {"subscription": {}}, [], null
]'::jsonb AS list;
SELECT results_eq($$SELECT ordinal, at, title, status, amount, currency, attrs ->> 'renewalDate' FROM records, takeout.play_subscription(list, '{}') WHERE reject IS NULL ORDER BY 1$$,
  $$VALUES (1::bigint, '2023-04-01 00:00:00+00'::timestamptz, 'Oar Pro', 'ACTIVE', 1.99, 'EUR', '2024-04-01T00:00:00Z'),
           (2, '2020-04-01 00:00:00+00', 'Oar Pro', 'CANCELED', NULL, NULL, NULL), (3, NULL, 'Bare', NULL, NULL, NULL, NULL)$$, 'subscriptions');
SELECT results_eq($$SELECT count(DISTINCT ident), min(reject) FROM records, takeout.play_subscription(list, '{}')$$, $$VALUES (4::bigint, 'neither a title nor a time')$$, 'one taken twice is two');
SELECT is(imports.recognize('Takeout/Google Play Store/Subscriptions.json', NULL), 'play_subscriptions', 'recognised by name');
SELECT is(imports.recognize('Abos.json', '[{"subscription": {"doc": {'), 'play_subscriptions', 'and by content');
SELECT * FROM finish();
ROLLBACK;
