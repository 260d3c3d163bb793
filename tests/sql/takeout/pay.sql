-- Google Pay: rows by position, times of a clock without a zone, prices in any writing.
BEGIN;
SELECT plan(6);
CREATE TEMP TABLE records AS SELECT '[
  ["Dec 24, 2018, 12:00 AM", "GPA.1", "Knots, ebook", "Google Play Books", "Visa 0000", "Complete", "USD 3.49"],
  ["01.07.2023, 17:11", "GPA.3", "Kanal", "YouTube", "", "Abgeschlossen", "1.234,56 €"],
  ["01.07.2023, 17:11", "GPA.3", "Kanal", "YouTube", "", "Erstattet", "-1.234,56 €"],
  ["2023-07-01 17:11:00 UTC", "GPA.4", "x", "", "", "", "free", "more"],
  ["soon", "GPA.5"], ["", ""], [], {"a": 1}, 7
]'::jsonb AS list;
SELECT results_eq($$SELECT ordinal, at, is_local, title, amount, currency, status, order_id, attrs FROM records, takeout.pay_transaction(list, '{}') WHERE reject IS NULL ORDER BY 1$$,
  $$VALUES (1::bigint, '2018-12-24 00:00:00+00'::timestamptz, true, 'Knots, ebook', 3.49, 'USD', 'Complete', 'GPA.1', '{"product": "Google Play Books", "payment_method": "Visa 0000"}'::jsonb),
           (2, '2023-07-01 17:11:00+00', true, 'Kanal', 1234.56, 'EUR', 'Abgeschlossen', 'GPA.3', '{"product": "YouTube"}'),
           (3, '2023-07-01 17:11:00+00', true, 'Kanal', -1234.56, 'EUR', 'Erstattet', 'GPA.3', '{"product": "YouTube"}'),
           (4, '2023-07-01 17:11:00+00', false, 'x', NULL, 'free', NULL, 'GPA.4', '{"amount": "free", "more": ["more"]}'),
           (5, NULL, false, NULL, NULL, NULL, NULL, 'GPA.5', '{"time": "soon"}')$$, 'transactions');
SELECT is((SELECT count(DISTINCT ident) FROM records, takeout.pay_transaction(list, '{}') WHERE ordinal < 6), 5::bigint, 'a payment and its return are two');
SELECT results_eq($$SELECT ordinal, reject FROM records, takeout.pay_transaction(list, '{}') WHERE reject IS NOT NULL ORDER BY 1$$,
  $$VALUES (6::bigint, 'neither an id, a time nor a description'), (7, 'neither an id, a time nor a description')$$, 'rejects');
SELECT results_eq($$SELECT type, at, title, amount, currency, attrs FROM takeout.pay_transfer('[["Sep 5, 2023, 9:15 PM", "T1", "Received from Ida", "chowder", "Received money", "Complete", "$12.00"]]', '{}')$$,
  $$VALUES ('transfer', '2023-09-05 21:15:00+00'::timestamptz, 'Received from Ida', 12.00, '$', '{"memo": "chowder", "type": "Received money"}'::jsonb)$$, 'transfers');
SELECT results_eq($$SELECT imports.recognize('Takeout/Google Pay/' || n, NULL) FROM unnest(ARRAY['Google transactions/transactions_000000000001.csv', 'Money sends and requests/Money sends and requests.csv']) AS n$$,
  $$VALUES ('pay_transactions'), ('pay_transfers')$$, 'recognised by name');
SELECT results_eq($$SELECT imports.recognize('x.csv', 'Time,Transaction ID,Description,' || n) FROM unnest(ARRAY['Product,Payment method,Status,Amount', 'Memo,Type,Status,Amount']) AS n$$,
  $$VALUES ('pay_transactions'), ('pay_transfers')$$, 'and by content');
SELECT * FROM finish();
ROLLBACK;
