-- What the Play Store sold: Order History.json, Purchase History.json, Promotion History.json and Redemption
-- History.json, each a list of single-key wrappers ("orderHistory" …).
-- Traps: prices are texts in the buyer's language ("$3.49", "€ 0,00"), and a $ is that of the buyer's country; an order
-- and its purchases are two views of one thing, which stay two rows with the same time; refunds come later, so the
-- newest export tells the order.
CALL imports.register_document('play_orders', 'Google Play Store', 'json',
  ARRAY['(^|/)Google Play Store/Order History\.json$'], '^[\s\uFEFF]*\[\s*\{\s*"orderHistory"\s*:');
CALL imports.register_kind('order', 'play_orders', 0, '{"list": []}',
  '[{"table": "user_data.purchase", "parser": "takeout.play_order", "newest": true}]');
CALL imports.register_document('play_purchases', 'Google Play Store', 'json',
  ARRAY['(^|/)Google Play Store/Purchase History\.json$'], '^[\s\uFEFF]*\[\s*\{\s*"purchaseHistory"\s*:');
CALL imports.register_kind('purchase', 'play_purchases', 0, '{"list": []}',
  '[{"table": "user_data.purchase", "parser": "takeout.play_purchase", "newest": true}]');
CALL imports.register_document('play_promotions', 'Google Play Store', 'json',
  ARRAY['(^|/)Google Play Store/Promotion History\.json$'], '^[\s\uFEFF]*\[\s*\{\s*"promotionHistory"\s*:');
CALL imports.register_kind('promotion', 'play_promotions', 0, '{"list": []}',
  '[{"table": "user_data.purchase", "parser": "takeout.play_promotion", "newest": true}]');
CALL imports.register_document('play_redemptions', 'Google Play Store', 'json',
  ARRAY['(^|/)Google Play Store/Redemption History\.json$'], '^[\s\uFEFF]*\[\s*\{\s*"redemptionHistory"\s*:');
CALL imports.register_kind('redemption', 'play_redemptions', 0, '{"list": []}',
  '[{"table": "user_data.purchase", "parser": "takeout.play_redemption", "newest": true}]');

CREATE OR REPLACE FUNCTION takeout.play_order(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, product text, type text, title text, amount numeric,
               currency text, order_id text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT o.ordinal, CASE WHEN o.order_id IS NULL AND o.at IS NULL THEN 'neither an id nor a time' END, o.at,
         takeout.ident('order', 'Google Play Store', coalesce(o.order_id, md5(o.body::text))),
         'Google Play Store', 'order',
         (SELECT string_agg(t #>> '{}', ', ') FROM jsonb_path_query(o.body, '$.lineItem[*].doc.title') AS t),
         takeout.amount(o.price), takeout.currency(o.price, o.country), o.order_id,
         nullif(o.body - 'orderId' - CASE WHEN o.at IS NULL THEN '' ELSE 'creationTime' END, '{}')
    FROM (SELECT r.ordinal, r.record -> 'orderHistory' AS body, r.record #>> '{orderHistory,totalPrice}' AS price,
                 coalesce(r.record #>> '{orderHistory,billingContact,country}', r.record #>> '{orderHistory,ipCountry}') AS country,
                 nullif(r.record #>> '{orderHistory,orderId}', '') AS order_id,
                 takeout.known_time(r.record #>> '{orderHistory,creationTime}') AS at
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
           WHERE jsonb_typeof(r.record -> 'orderHistory') = 'object'
          OFFSET 0) AS o
$$;
COMMENT ON FUNCTION takeout.play_order(jsonb, jsonb) IS 'Orders; the title names what was ordered, attrs has the items.';
GRANT EXECUTE ON FUNCTION takeout.play_order(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.play_purchase(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, product text, type text, title text, amount numeric,
               currency text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT o.ordinal, CASE WHEN o.title IS NULL AND o.at IS NULL THEN 'neither a title nor a time' END, o.at,
         takeout.ident('purchase', 'Google Play Store', o.body #>> '{doc,documentType}', o.title, o.body ->> 'purchaseTime', o.price),
         'Google Play Store', 'purchase', o.title, takeout.amount(o.price), takeout.currency(o.price, o.country),
         nullif(takeout.without(o.body, 'doc.title') - CASE WHEN o.at IS NULL THEN '' ELSE 'purchaseTime' END, '{"doc": {}}')
    FROM (SELECT r.ordinal, r.record -> 'purchaseHistory' AS body, r.record #>> '{purchaseHistory,invoicePrice}' AS price,
                 r.record #>> '{purchaseHistory,userCountry}' AS country,
                 nullif(r.record #>> '{purchaseHistory,doc,title}', '') AS title,
                 takeout.known_time(r.record #>> '{purchaseHistory,purchaseTime}') AS at
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
           WHERE jsonb_typeof(r.record -> 'purchaseHistory') = 'object'
          OFFSET 0) AS o
$$;
COMMENT ON FUNCTION takeout.play_purchase(jsonb, jsonb) IS 'Purchases, one for each thing bought.';
GRANT EXECUTE ON FUNCTION takeout.play_purchase(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.play_promotion(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, product text, type text, title text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT o.ordinal, CASE WHEN o.title IS NULL AND o.at IS NULL THEN 'neither a title nor a time' END, o.at,
         takeout.ident('promotion', 'Google Play Store', o.body ->> 'promotionCampaign', o.title, o.body ->> 'claimTime'),
         'Google Play Store', 'promotion', o.title,
         nullif(o.body - 'title' - CASE WHEN o.at IS NULL THEN '' ELSE 'claimTime' END, '{}')
    FROM (SELECT r.ordinal, r.record -> 'promotionHistory' AS body, nullif(r.record #>> '{promotionHistory,title}', '') AS title,
                 takeout.known_time(r.record #>> '{promotionHistory,claimTime}') AS at
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
           WHERE jsonb_typeof(r.record -> 'promotionHistory') = 'object'
          OFFSET 0) AS o
$$;
COMMENT ON FUNCTION takeout.play_promotion(jsonb, jsonb) IS 'Credits and offers that were claimed.';
GRANT EXECUTE ON FUNCTION takeout.play_promotion(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.play_redemption(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, product text, type text, title text, amount numeric,
               currency text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT o.ordinal, CASE WHEN o.title IS NULL AND o.at IS NULL THEN 'neither a title nor a time' END, o.at,
         takeout.ident('redemption', 'Google Play Store', o.body #>> '{doc,documentType}', o.title, o.body ->> 'redemptionTime', o.price),
         'Google Play Store', 'redemption', o.title, takeout.amount(o.price), takeout.currency(o.price),
         nullif(takeout.without(o.body, 'doc.title') - CASE WHEN o.at IS NULL THEN '' ELSE 'redemptionTime' END, '{"doc": {}}')
    FROM (SELECT r.ordinal, r.record -> 'redemptionHistory' AS body, r.record #>> '{redemptionHistory,amount}' AS price,
                 nullif(r.record #>> '{redemptionHistory,doc,title}', '') AS title,
                 takeout.known_time(r.record #>> '{redemptionHistory,redemptionTime}') AS at
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
           WHERE jsonb_typeof(r.record -> 'redemptionHistory') = 'object'
          OFFSET 0) AS o
$$;
COMMENT ON FUNCTION takeout.play_redemption(jsonb, jsonb) IS 'Gift cards and codes that were redeemed.';
GRANT EXECUTE ON FUNCTION takeout.play_redemption(jsonb, jsonb) TO lake_user;
