-- Prices in any writing become a number and a currency.
BEGIN;
SELECT plan(4);
SELECT results_eq($$SELECT p.price, takeout.amount(p.price) FROM (VALUES (1, '$3.49'), (2, '3,49 €'), (3, '€ 0,00'), (4, 'USD 3.49'), (5, '€1,234.56'),
    (6, '1.234,56 €'), (7, 'CHF 1''234.50'), (8, '₹1,00,000.00'), (9, '¥1,200'), (10, '1 234,56 zł'), (11, E'1\u00A0234,56\u00A0€'), (12, '1.200 ₫'), (13, 'Rs.500'),
    (14, '$.99'), (15, '-$5.00'), (16, '$-5'), (17, '0,990'), (18, '1234.567'), (19, '1.200.000'), (20, 'kr. 100'), (21, '12')) AS p(n, price) ORDER BY p.n$$,
  $$VALUES ('$3.49', 3.49), ('3,49 €', 3.49), ('€ 0,00', 0.00), ('USD 3.49', 3.49), ('€1,234.56', 1234.56), ('1.234,56 €', 1234.56), ('CHF 1''234.50', 1234.50),
    ('₹1,00,000.00', 100000.00), ('¥1,200', 1200), ('1 234,56 zł', 1234.56), (E'1\u00A0234,56\u00A0€', 1234.56), ('1.200 ₫', 1200), ('Rs.500', 500), ('$.99', 0.99),
    ('-$5.00', -5.00), ('$-5', -5), ('0,990', 0.990), ('1234.567', 1234.567), ('1.200.000', 1200000), ('kr. 100', 100), ('12', 12)$$, 'amounts');
SELECT results_eq($$SELECT takeout.amount(t) FROM unnest(ARRAY['', 'free', '$', NULL, repeat('9', 100), '.', '−', '1e5x']) AS t$$,
  'VALUES (NULL::numeric), (NULL), (NULL), (NULL), (NULL), (NULL), (NULL), (15)', 'what is no price');
SELECT results_eq($$SELECT takeout.currency(p.price, p.country) FROM (VALUES (1, '$3.49', 'US'), (2, '$3.49', NULL), (3, '$3.49', 'ca'), (4, '3,49 €', 'US'), (5, 'USD 3.49', NULL),
    (6, 'R$ 12,90', NULL), (7, '1 234,56 zł', 'PL'), (8, '¥1,200', 'JP'), (9, '¥1,200', NULL), (10, '1,200 kr.', 'DK'), (11, '12', 'US'), (12, '', NULL), (13, NULL, NULL),
    (14, 'CHF 1''234.50', 'CH'), (15, '£.50', NULL)) AS p(n, price, country) ORDER BY p.n$$,
  $$VALUES ('USD'), ('$'), ('CAD'), ('EUR'), ('USD'), ('BRL'), ('PLN'), ('JPY'), ('¥'), ('DKK'), (NULL), (NULL), (NULL), ('CHF'), ('GBP')$$, 'currencies');
SELECT lives_ok($$SELECT takeout.amount(chr(n) || chr(n + 1) || chr(n)), takeout.currency(chr(n)) FROM generate_series(33, 3000) AS n$$, 'any signs');
SELECT * FROM finish();
ROLLBACK;
