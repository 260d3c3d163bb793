-- Orders, purchases, promotions and redemptions of the Play Store.
BEGIN;
SELECT plan(9);
SELECT results_eq($$SELECT ordinal, reject, at, type, title, amount, currency, order_id, attrs -> 'tax' FROM takeout.play_order('[
    {"orderHistory": {"orderId": "GPA.1", "billingContact": {"country": "US"}, "creationTime": "2018-12-24T00:00:01.123Z",
                      "lineItem": [{"doc": {"title": "Knots"}, "quantity": 1}, {"doc": {"title": "Oar"}}, 7], "totalPrice": "$3.49", "tax": "$0.00"}},
    {"orderHistory": {"orderId": "GPA.2", "lineItem": {"doc": {"title": "Mast"}}, "totalPrice": "1,99 €", "creationTime": "never"}},
    {"orderHistory": {}}, {"orderHistory": null}, 5]', '{}') ORDER BY 1$$,
  $$VALUES (1::bigint, NULL, '2018-12-24 00:00:01.123+00'::timestamptz, 'order', 'Knots, Oar', 3.49, 'USD', 'GPA.1', '"$0.00"'::jsonb),
           (2, NULL, NULL, 'order', 'Mast', 1.99, 'EUR', 'GPA.2', NULL), (3, 'neither an id nor a time', NULL, 'order', NULL, NULL, NULL, NULL, NULL)$$, 'orders');
SELECT results_eq($$SELECT ordinal, reject, at, type, title, amount, currency FROM takeout.play_purchase('[
    {"purchaseHistory": {"invoicePrice": "$3.49", "userCountry": "US", "doc": {"documentType": "Ebook", "title": "Knots"}, "purchaseTime": "2018-12-24T00:00:01.123Z"}},
    {"purchaseHistory": {"invoicePrice": "€ 0,00", "userCountry": "PT", "doc": {"title": "Oar"}, "purchaseTime": "2019-06-01T10:00:00Z"}},
    {"purchaseHistory": {"invoicePrice": {}}}]', '{}') ORDER BY 1$$,
  $$VALUES (1::bigint, NULL, '2018-12-24 00:00:01.123+00'::timestamptz, 'purchase', 'Knots', 3.49, 'USD'),
           (2, NULL, '2019-06-01 10:00:00+00', 'purchase', 'Oar', 0.00, 'EUR'), (3, 'neither a title nor a time', NULL, 'purchase', NULL, NULL, '{}')$$, 'purchases');
SELECT results_eq($$SELECT ordinal, reject, at, type, title FROM takeout.play_promotion('[
    {"promotionHistory": {"title": "$5 credit", "promotionCampaign": "w", "claimTime": "2018-12-23T10:00:00Z"}}, {"promotionHistory": {}}, {}]', '{}') ORDER BY 1$$,
  $$VALUES (1::bigint, NULL, '2018-12-23 10:00:00+00'::timestamptz, 'promotion', '$5 credit'), (2, 'neither a title nor a time', NULL, 'promotion', NULL)$$, 'promotions');
SELECT results_eq($$SELECT ordinal, reject, at, type, title, amount, currency FROM takeout.play_redemption('[
    {"redemptionHistory": {"redemptionTime": "2018-12-23T11:00:00Z", "doc": {"title": "Gift card"}, "amount": "$10.00"}}, {"redemptionHistory": {}}]', '{}') ORDER BY 1$$,
  $$VALUES (1::bigint, NULL, '2018-12-23 11:00:00+00'::timestamptz, 'redemption', 'Gift card', 10.00, '$'), (2, 'neither a title nor a time', NULL, 'redemption', NULL, NULL, NULL)$$, 'redemptions');
SELECT is((SELECT ident FROM takeout.play_order('[{"orderHistory": {"orderId": "GPA.1", "refundAmount": "$3.49"}}]', '{}')),
          (SELECT ident FROM takeout.play_order('[{"orderHistory": {"orderId": "GPA.1"}}]', '{}')), 'a refund changes the order and makes no other');
SELECT results_eq($$SELECT attrs FROM takeout.play_promotion('[{"promotionHistory": {"title": "$5", "claimTime": "soon", "": "x"}}, {"promotionHistory": {"title": "$5", "claimTime": "2018-12-23T10:00:00Z", "": "x"}}]', '{}')$$,
  $$VALUES ('{"claimTime": "soon", "": "x"}'::jsonb), ('{"": "x"}')$$, 'attrs has every other key, and a time that could not be read');
SELECT results_eq($$SELECT imports.recognize('Takeout/Google Play Store/' || n || ' History.json', NULL) FROM unnest('{Order,Purchase,Promotion,Redemption}'::text[]) AS n$$,
  $$VALUES ('play_orders'), ('play_purchases'), ('play_promotions'), ('play_redemptions')$$, 'recognised by name');
SELECT results_eq($$SELECT imports.recognize('x.json', '[{"' || n || 'History": {') FROM unnest('{order,purchase,promotion,redemption}'::text[]) AS n$$,
  $$VALUES ('play_orders'), ('play_purchases'), ('play_promotions'), ('play_redemptions')$$, 'and by content');
SELECT isnt(imports.recognize('Takeout/Drive/Order History.json', '[{"orderHistory": {'), 'play_orders', 'but not in Drive');
SELECT * FROM finish();
ROLLBACK;
