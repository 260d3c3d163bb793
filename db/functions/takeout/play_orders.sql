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

CREATE OR REPLACE FUNCTION takeout.play_sale(p_records jsonb, p_wrapper text, p_time text, p_price text)
RETURNS TABLE (ordinal bigint, at timestamptz, title text, price text, body jsonb, rest jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT s.ordinal, s.at, nullif(s.body #>> '{doc,title}', ''), s.body ->> p_price, s.body,
         CASE WHEN s.at IS NULL THEN s.body ELSE s.body - p_time END
    FROM (SELECT r.ordinal, r.record -> p_wrapper AS body, takeout.known_time(r.record -> p_wrapper ->> p_time) AS at
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
           WHERE jsonb_typeof(r.record -> p_wrapper) = 'object'
          OFFSET 0) AS s
$$;
COMMENT ON FUNCTION takeout.play_sale(jsonb, text, text, text) IS
  'What stands in the wrappers of a list of the Play Store: its time and its price (under the keys given), its title, and '
  'the rest, which has the time only where it could not be read.';
GRANT EXECUTE ON FUNCTION takeout.play_sale(jsonb, text, text, text) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.play_order(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, product text, type text, title text, amount numeric,
               currency text, order_id text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT s.ordinal, CASE WHEN o.id IS NULL AND s.at IS NULL THEN 'neither an id nor a time' END, s.at,
         takeout.ident('order', 'Google Play Store', coalesce(o.id, md5(s.body::text))), 'Google Play Store', 'order',
         (SELECT string_agg(t #>> '{}', ', ') FROM jsonb_path_query(s.body, '$.lineItem[*].doc.title') AS t),
         takeout.amount(s.price), takeout.currency(s.price, coalesce(s.body #>> '{billingContact,country}', s.body ->> 'ipCountry')),
         o.id, nullif(s.rest - 'orderId', '{}')
    FROM takeout.play_sale(p_records, 'orderHistory', 'creationTime', 'totalPrice') AS s,
         LATERAL (SELECT nullif(s.body ->> 'orderId', '')) AS o(id)
$$;
COMMENT ON FUNCTION takeout.play_order(jsonb, jsonb) IS 'Orders; the title names what was ordered, attrs has the items.';
GRANT EXECUTE ON FUNCTION takeout.play_order(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.play_purchase(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, product text, type text, title text, amount numeric,
               currency text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT s.ordinal, CASE WHEN s.title IS NULL AND s.at IS NULL THEN 'neither a title nor a time' END, s.at,
         takeout.ident('purchase', 'Google Play Store', s.body #>> '{doc,documentType}', s.title, s.body ->> 'purchaseTime', s.price),
         'Google Play Store', 'purchase', s.title, takeout.amount(s.price), takeout.currency(s.price, s.body ->> 'userCountry'),
         nullif(takeout.without(s.rest, 'doc.title'), '{"doc": {}}')
    FROM takeout.play_sale(p_records, 'purchaseHistory', 'purchaseTime', 'invoicePrice') AS s
$$;
COMMENT ON FUNCTION takeout.play_purchase(jsonb, jsonb) IS 'Purchases, one for each thing bought.';
GRANT EXECUTE ON FUNCTION takeout.play_purchase(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.play_promotion(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, product text, type text, title text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT s.ordinal, CASE WHEN p.title IS NULL AND s.at IS NULL THEN 'neither a title nor a time' END, s.at,
         takeout.ident('promotion', 'Google Play Store', s.body ->> 'promotionCampaign', p.title, s.body ->> 'claimTime'),
         'Google Play Store', 'promotion', p.title, nullif(s.rest - 'title', '{}')
    FROM takeout.play_sale(p_records, 'promotionHistory', 'claimTime', NULL) AS s,
         LATERAL (SELECT nullif(s.body ->> 'title', '')) AS p(title)
$$;
COMMENT ON FUNCTION takeout.play_promotion(jsonb, jsonb) IS 'Credits and offers that were claimed.';
GRANT EXECUTE ON FUNCTION takeout.play_promotion(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.play_redemption(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, product text, type text, title text, amount numeric,
               currency text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT s.ordinal, CASE WHEN s.title IS NULL AND s.at IS NULL THEN 'neither a title nor a time' END, s.at,
         takeout.ident('redemption', 'Google Play Store', s.body #>> '{doc,documentType}', s.title, s.body ->> 'redemptionTime', s.price),
         'Google Play Store', 'redemption', s.title, takeout.amount(s.price), takeout.currency(s.price),
         nullif(takeout.without(s.rest, 'doc.title'), '{"doc": {}}')
    FROM takeout.play_sale(p_records, 'redemptionHistory', 'redemptionTime', 'amount') AS s
$$;
COMMENT ON FUNCTION takeout.play_redemption(jsonb, jsonb) IS 'Gift cards and codes that were redeemed.';
GRANT EXECUTE ON FUNCTION takeout.play_redemption(jsonb, jsonb) TO lake_user;
