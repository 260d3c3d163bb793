-- Orders of Google Shopping: a document, a list, or a line each; files that say that there is nothing.
BEGIN;
SELECT plan(6);
CREATE TEMP TABLE an_order AS SELECT '{"merchantOrderId": "SO-1", "creationTime": {"usecSinceEpochUtc": "1696932610101010"}, "lineItem": [
    {"purchase": {"status": "DELIVERED", "unitPrice": {"amountMicros": "19990000", "currencyCode": {"code": "USD"}}, "quantity": 2, "productInfo": {"name": "Wool socks"}}},
    {"purchase": {"status": "DELIVERED", "unitPrice": {"amountMicros": "10000"}, "productInfo": {"name": "Bag"}}}]}'::jsonb AS record;
SELECT results_eq($$SELECT ordinal, reject, at, title, amount, currency, status, order_id FROM an_order, takeout.shopping_order(jsonb_build_array(record, jsonb_build_array(record), record::text, 'no order', '{}'::jsonb, 7), '{}') ORDER BY 1$$,
  $$VALUES (1::bigint, NULL, '2023-10-10 10:10:10.10101+00'::timestamptz, 'Wool socks, Bag', 39.99, 'USD', 'DELIVERED', 'SO-1'),
           (2, NULL, '2023-10-10 10:10:10.10101+00', 'Wool socks, Bag', 39.99, 'USD', 'DELIVERED', 'SO-1'),
           (3, NULL, '2023-10-10 10:10:10.10101+00', 'Wool socks, Bag', 39.99, 'USD', 'DELIVERED', 'SO-1'),
           (5, 'neither an id nor a time', NULL, NULL, NULL, NULL, NULL, NULL), (6, 'no order', NULL, NULL, NULL, NULL, NULL, NULL)$$, 'orders');
SELECT results_eq($$SELECT ordinal, title FROM takeout.shopping_address('["1 Dune Rd", " ", 7, null]', '{}')$$, $$VALUES (1::bigint, '1 Dune Rd')$$, 'addresses');
SELECT is(imports.recognize('Takeout/Google Shopping/Orders/Orders.txt', '{"merchantOrderId": "SO-1"}'), 'shopping_orders', 'one order');
SELECT is(imports.recognize('Takeout/Google Shopping/Orders/Orders.txt', E'{"merchantOrderId": "SO-1"}\n{"merchantOrderId": "SO-2"}\n'), 'shopping_order_lines', 'an order a line');
SELECT is(imports.recognize('Takeout/Google Shopping/Addresses/Addresses.txt', E'1 Dune Rd\n'), 'shopping_addresses', 'addresses by name');
SELECT is(imports.recognize('Takeout/Google Shopping/Addresses/Addresses.txt', 'No data available.'), 'shopping_without_data', 'nothing');
SELECT * FROM finish();
ROLLBACK;
