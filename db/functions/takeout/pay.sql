-- Google Pay: Google transactions/transactions_<number>.csv (Time, Transaction ID, Description, Product, Payment method,
-- Status, Amount) and Money sends and requests/Money sends and requests.csv (Time, Transaction ID, Description, Memo, Type,
-- Status, Amount).
-- Traps: names of columns, dates and prices are in the language of the account, so columns go by position; times are those
-- of a wall clock, without a zone; one transaction may have several rows. The HTML of Google Pay is My Activity.
CALL imports.register_document('pay_transactions', 'Google Pay', 'csv', ARRAY['(^|/)transactions_\d+\.csv$'],
  '^[\uFEFF"]*Time"?,"?Transaction ID"?,"?Description"?,"?Product"?,"?Payment method"?,');
CALL imports.register_kind('transaction', 'pay_transactions', 0, '{"as": "array"}',
  '[{"table": "user_data.purchase", "parser": "takeout.pay_transaction", "newest": true}]');
CALL imports.register_document('pay_transfers', 'Google Pay', 'csv',
  ARRAY['(^|/)Google Pay/[^/]+/Money sends and requests\.csv$'],
  '^[\uFEFF"]*Time"?,"?Transaction ID"?,"?Description"?,"?Memo"?,"?Type"?,');
CALL imports.register_kind('money_transfer', 'pay_transfers', 0, '{"as": "array"}',
  '[{"table": "user_data.purchase", "parser": "takeout.pay_transfer", "newest": true}]');

CREATE OR REPLACE FUNCTION takeout.pay_row(p_type text, p_fourth text, p_fifth text, p_records jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, product text, type text, title text, amount numeric,
               currency text, status text, order_id text, is_local boolean, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT p.ordinal, CASE WHEN p.order_id IS NULL AND p.at IS NULL AND p.cells ->> 2 IS NULL THEN 'neither an id, a time nor a description' END,
         p.at, takeout.ident(p_type, 'Google Pay', p.order_id, coalesce(p.at::text, p.cells ->> 0), p.amount::text,
                             CASE WHEN p.order_id IS NULL THEN p.cells ->> 2 END),
         'Google Pay', p_type, nullif(p.cells ->> 2, ''), p.amount, takeout.currency(p.cells ->> 6),
         nullif(p.cells ->> 5, ''), p.order_id, p.is_local,
         nullif(jsonb_strip_nulls(jsonb_build_object(p_fourth, nullif(p.cells ->> 3, ''), p_fifth, nullif(p.cells ->> 4, ''),
           'time', CASE WHEN p.at IS NULL THEN nullif(p.cells ->> 0, '') END,
           'amount', CASE WHEN p.amount IS NULL THEN nullif(p.cells ->> 6, '') END,
           'more', CASE WHEN jsonb_array_length(p.cells) > 7 THEN jsonb_path_query_array(p.cells, '$[7 to last]') END)), '{}')
    FROM (SELECT r.ordinal, r.cells, coalesce(w.at, k.at) AS at, w.at IS NOT NULL AND r.cells ->> 0 !~ '[[:alpha:]]{3,5}$' AS is_local,
                 takeout.amount(r.cells ->> 6) AS amount, nullif(r.cells ->> 1, '') AS order_id
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(cells, ordinal),
                 LATERAL (SELECT takeout.known_time(r.cells ->> 0)) AS k(at),
                 LATERAL (SELECT CASE WHEN k.at IS NULL THEN takeout.wall_time(r.cells ->> 0) END) AS w(at)
           WHERE jsonb_typeof(r.cells) = 'array'
          OFFSET 0) AS p
$$;
COMMENT ON FUNCTION takeout.pay_row(text, text, text, jsonb) IS
  'Purchases of the type given from rows of Google Pay. The tables differ in their fourth and fifth columns, which go to attrs under the names given.';
GRANT EXECUTE ON FUNCTION takeout.pay_row(text, text, text, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.pay_transaction(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, product text, type text, title text, amount numeric,
               currency text, status text, order_id text, is_local boolean, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT * FROM takeout.pay_row('transaction', 'product', 'payment_method', p_records) $$;
COMMENT ON FUNCTION takeout.pay_transaction(jsonb, jsonb) IS 'Payments to Google, from the rows of transactions_*.csv.';
GRANT EXECUTE ON FUNCTION takeout.pay_transaction(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.pay_transfer(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, product text, type text, title text, amount numeric,
               currency text, status text, order_id text, is_local boolean, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT * FROM takeout.pay_row('transfer', 'memo', 'type', p_records) $$;
COMMENT ON FUNCTION takeout.pay_transfer(jsonb, jsonb) IS
  'Money sent to and received from people; whether it was sent or received is said by attrs ->> ''type'', as written.';
GRANT EXECUTE ON FUNCTION takeout.pay_transfer(jsonb, jsonb) TO lake_user;
