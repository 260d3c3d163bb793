-- What was added to Maps: nothing of it is lost, whatever its keys are.
BEGIN;
SELECT plan(4);
SELECT results_eq($$SELECT ordinal, reject, at, type, title, attrs FROM takeout.added_dish('[{"dish": {"name": "Rye roll"}, "creationTime": "2023-09-01T08:05:00Z"}, {}]', '{}')$$,
  $$VALUES (1::bigint, NULL::text, '2023-09-01 08:05:00+00'::timestamptz, 'added_dish', 'Rye roll', '{"dish": {"name": "Rye roll"}, "creationTime": "2023-09-01T08:05:00Z"}'::jsonb),
           (2, 'nothing in this record is known to the parser', NULL, 'added_dish', NULL, NULL)$$, 'dishes');
SELECT results_eq($$SELECT type, title, body FROM takeout.maps_question('[{"question": "Open?"}]', '{}') UNION ALL SELECT type, title, body FROM takeout.maps_answer('[{"question": "Open?", "answer": "Yes"}]', '{}')$$,
  $$VALUES ('maps_question', 'Open?', NULL), ('maps_answer', 'Open?', 'Yes')$$, 'questions and answers');
SELECT results_eq($$SELECT imports.recognize(p, h) FROM (VALUES ('Takeout/Maps/Added dishes, products, activities/Added dishes, products, activities.json', NULL), ('Takeout/Maps/Questions and Answers/Questions and Answers.json', NULL),
    ('Takeout/X/Y.json', '{"contributions": ['), ('Takeout/X/Z.json', E'{\n "answers": [')) AS v(p, h)$$, ARRAY['added_dishes', 'maps_questions', 'added_dishes', 'maps_questions'], 'recognised by name and by content');
SELECT lives_ok($$SELECT count(*) FROM (VALUES ('[null, 1, [], "x", {}, {"dish": 7, "creationTime": {}}]'::jsonb)) AS v(r), LATERAL (SELECT ordinal FROM takeout.added_dish(r, '{}') UNION ALL SELECT ordinal FROM takeout.maps_question(r, '{}') UNION ALL SELECT ordinal FROM takeout.maps_answer(r, '{}')) AS x$$, 'takes hostile records');
SELECT * FROM finish();
ROLLBACK;
