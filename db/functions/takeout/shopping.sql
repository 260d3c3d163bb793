-- Google Shopping: Orders/Orders.txt, one order or a list of orders as JSON, or one JSON object for each line, and
-- Addresses/Addresses.txt, lines of text.
-- Traps: files without content say "No data available.", which is no record; prices are in millionths; times are objects
-- with microseconds.
CALL imports.register_document('shopping_orders', 'Google Shopping', 'json',
  ARRAY['(^|/)Google Shopping/Orders/Orders\.txt$'],
  '^(?!\s*\{\s*"merchantOrderId".*\}[ \t\r]*\n\s*\{\s*"merchantOrderId")[\s\uFEFF]*[\[\{].*"(merchantOrderId|transactionMerchant)"\s*:');
CALL imports.register_kind('shopping_order', 'shopping_orders', 0, '{"document": true}',
  '[{"table": "user_data.purchase", "parser": "takeout.shopping_order", "many": true, "newest": true}]');
CALL imports.register_document('shopping_order_lines', 'Google Shopping', 'lines',
  ARRAY['(^|/)Google Shopping/Orders/Orders\.txt$'], '^[\s\uFEFF]*\{\s*"merchantOrderId".*\}[ \t\r]*\n\s*\{\s*"merchantOrderId"');
CALL imports.register_kind('shopping_order_line', 'shopping_order_lines', 0, '{}',
  '[{"table": "user_data.purchase", "parser": "takeout.shopping_order", "newest": true}]');
CALL imports.register_document('shopping_addresses', 'Google Shopping', 'lines',
  ARRAY['(^|/)Google Shopping/Addresses/Addresses\.txt$'], '$.');  -- by name, unless it says that there is nothing
CALL imports.register_kind('shopping_address', 'shopping_addresses', 0, '{}',
  '[{"table": "user_data.item", "parser": "takeout.shopping_address", "state": true}]');
CALL imports.register_document('shopping_without_data', 'Google Shopping', 'none',
  ARRAY['(^|/)Google Shopping/[^/]+/[^/]+\.txt$'], '^\s*No data available\.?\s*$');
CALL imports.register_kind('shopping_nothing', 'shopping_without_data', 0, '{}',
  '[{"table": "user_data.item", "parser": "takeout.shopping_address", "state": true}]');

CREATE OR REPLACE FUNCTION takeout.shopping_order(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, product text, type text, title text, amount numeric,
               currency text, status text, order_id text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT o.ordinal, CASE WHEN jsonb_typeof(o.record) <> 'object' THEN 'no order'
                         WHEN o.order_id IS NULL AND o.at IS NULL THEN 'neither an id nor a time' END,
         CASE WHEN takeout.time_fault('', o.at) IS NULL THEN o.at END,
         takeout.ident('order', 'Google Shopping', coalesce(o.order_id, md5(o.record::text))), 'Google Shopping', 'order',
         i.title, i.amount, i.currency, i.status, o.order_id,
         CASE jsonb_typeof(o.record) WHEN 'object' THEN nullif(o.record - 'merchantOrderId', '{}') END
    FROM (SELECT r.ordinal, l.record, nullif(l.record ->> 'merchantOrderId', '') AS order_id,
                 CASE WHEN pg_input_is_valid(l.record #>> '{creationTime,usecSinceEpochUtc}', 'bigint')
                      THEN takeout.microseconds((l.record #>> '{creationTime,usecSinceEpochUtc}')::bigint) END AS at
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal),
                 -- A line is a text that holds JSON; a document may be a list.
                 LATERAL (SELECT CASE WHEN jsonb_typeof(r.record) <> 'string' THEN r.record
                                      WHEN pg_input_is_valid(r.record #>> '{}', 'jsonb') THEN (r.record #>> '{}')::jsonb END) AS t(record),
                 LATERAL jsonb_path_query(t.record, '$[*]') AS l(record)
          OFFSET 0) AS o,
         LATERAL (SELECT string_agg(p #>> '{purchase,productInfo,name}', ', ') AS title,
                         sum(CASE WHEN p #>> '{purchase,unitPrice,amountMicros}' ~ '^-?\d{1,18}$' THEN (p #>> '{purchase,unitPrice,amountMicros}')::numeric / 1000000 END
                             * CASE WHEN p #>> '{purchase,quantity}' ~ '^\d{1,9}$' THEN (p #>> '{purchase,quantity}')::numeric ELSE 1 END)::numeric AS amount,
                         min(p #>> '{purchase,unitPrice,currencyCode,code}') AS currency,
                         string_agg(DISTINCT p #>> '{purchase,status}', ', ') AS status
                    FROM jsonb_path_query(o.record, '$.lineItem[*]') AS p) AS i
$$;
COMMENT ON FUNCTION takeout.shopping_order(jsonb, jsonb) IS
  'Orders, from JSON or from texts that hold JSON; the amount is that of the goods, without what came on top.';
GRANT EXECUTE ON FUNCTION takeout.shopping_order(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.shopping_address(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, ident uuid, type text, product text, title text)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT r.ordinal, NULL, takeout.ident('shopping_address', r.record #>> '{}'), 'shopping_address', 'Google Shopping', r.record #>> '{}'
    FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
   WHERE jsonb_typeof(r.record) = 'string' AND btrim(r.record #>> '{}') <> ''
$$;
COMMENT ON FUNCTION takeout.shopping_address(jsonb, jsonb) IS 'Addresses that goods were sent to, a line each.';
GRANT EXECUTE ON FUNCTION takeout.shopping_address(jsonb, jsonb) TO lake_user;
