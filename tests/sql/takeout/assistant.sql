-- Lists of the Assistant: the first column is the item, whatever it is called.
BEGIN;
SELECT plan(3);
SELECT results_eq($$SELECT ordinal, reject, title, attrs FROM takeout.list_item('[[["name", "rye  flour"], ["quantity", "2"], ["checked", ""], ["", "x"]], [["Artikel", "Butter"]], [["name", " "]], [], null, {}]',
    '{"path": "Takeout/Assistant Notes and Lists/Groceries.csv"}')$$,
  $$VALUES (1::bigint, NULL, 'rye flour', '{"list": "Groceries", "quantity": "2"}'::jsonb), (2, NULL, 'Butter', '{"list": "Groceries"}'),
           (3, 'the first column is empty', NULL, '{"list": "Groceries"}'), (4, 'the first column is empty', NULL, '{"list": "Groceries"}')$$, 'items');
SELECT isnt((SELECT ident FROM takeout.list_item('[[["a", "x"]]]', '{"path": "a.csv"}')), (SELECT ident FROM takeout.list_item('[[["a", "x"]]]', '{"path": "b.csv"}')), 'the same on two lists is two');
SELECT is(imports.recognize('Takeout/Assistant Notes and Lists/Groceries.csv', NULL), 'assistant_list', 'recognised by name');
SELECT * FROM finish();
ROLLBACK;
