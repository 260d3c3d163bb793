-- Tasks, which know their list and the task that they are a part of.
BEGIN;
SELECT plan(8);
CREATE TEMP TABLE records AS SELECT '[
  {"list": "My Tasks", "list_id": "L1", "record": {"id": "a", "title": "Wax", "status": "needsAction", "created": "2024-03-01T09:00:00.123Z", "updated": "2024-03-02T09:00:00Z", "due": "2024-03-09T00:00:00Z"}},
  {"list": "My Tasks", "list_id": "L1", "record": {"id": "b", "title": "Buy", "notes": "green\nnot blue", "parent": "a", "status": "completed", "completed": "2024-03-02T10:00:00Z", "updated": "2024-03-02T10:00:00Z", "starred": true}},
  {"record": {"id": "c", "title": "", "deleted": true, "due": "tomorrow", "created": "never"}},
  {"list": "X", "record": {"title": "no id"}}, {"record": {"notes": "neither"}}, {"record": 7}, null
]'::jsonb AS list;
SELECT results_eq($$SELECT t.ordinal, t.at, t.list, t.title, t.body, t.due_on, t.completed_at, t.status, t.parent = takeout.ident('task', 'a') FROM records AS r, takeout.task(r.list, '{}') AS t WHERE t.reject IS NULL ORDER BY 1$$,
  $$VALUES (1::bigint, '2024-03-01 09:00:00.123+00'::timestamptz, 'My Tasks', 'Wax', NULL, '2024-03-09'::date, NULL::timestamptz, 'needsAction', NULL::boolean),
           (2, '2024-03-02 10:00:00+00', 'My Tasks', 'Buy', E'green\nnot blue', NULL, '2024-03-02 10:00:00+00', 'completed', true),
           (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL), (4, NULL, 'X', 'no id', NULL, NULL, NULL, NULL, NULL)$$, 'tasks');
SELECT is((SELECT ident FROM records AS r, takeout.task(r.list, '{}') WHERE ordinal = 1), takeout.ident('task', 'a'), 'known by their id');
SELECT is((SELECT attrs FROM records AS r, takeout.task(r.list, '{}') WHERE ordinal = 3), '{"id": "c", "deleted": true, "due": "tomorrow", "created": "never"}', 'what has no column is kept');
SELECT results_eq($$SELECT ordinal, reject FROM records AS r, takeout.task(r.list, '{}') WHERE reject IS NOT NULL$$, $$VALUES (5::bigint, 'neither an id nor a title')$$, 'rejects');
SELECT results_eq($$SELECT ordinal, reject, at, title, url FROM takeout.task_list('[{"id": "L1", "title": "My Tasks", "updated": "2024-03-05T18:00:00.000Z", "selfLink": "https://x.example/", "items": []},
    {"title": "t", "updated": "?"}, {}, null, 7]', '{}')$$,
  $$VALUES (1::bigint, NULL, '2024-03-05 18:00:00+00'::timestamptz, 'My Tasks', 'https://x.example/'), (2, NULL, NULL, 't', NULL), (3, 'neither an id nor a title', NULL, NULL, NULL)$$, 'lists');
SELECT is(imports.recognize('Takeout/Tasks/Tasks.json', NULL), 'tasks', 'recognised by name');
SELECT is(imports.recognize('Takeout/Aufgaben/x.json', E'{\n  "kind": "tasks#taskLists",'), 'tasks', 'and by content');
SELECT is((SELECT options FROM imports.kind WHERE kind = 'task'), '{"list": ["items", "*", "items"], "carry": {"list": ["title"], "list_id": ["id"]}}', 'tasks come with their list');
SELECT * FROM finish();
ROLLBACK;
