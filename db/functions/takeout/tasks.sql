-- Tasks/Tasks.json: {"kind": "tasks#taskLists", "items": [{"id", "title", "items": [{"id", "title", "notes", "due", "parent" …}]}]}.
-- Traps: due is a day, written as a midnight; a task that was deleted is still there, with "deleted"; the list of a task is
-- around it, and parent is the id of another task.
CALL imports.register_document('tasks', 'Tasks', 'json', ARRAY['(^|/)Tasks/Tasks\.json$'],
  '^[\s\uFEFF]*\{\s*"kind"\s*:\s*"tasks#taskLists"');
CALL imports.register_kind('task_list', 'tasks', 0, '{"list": ["items"]}',
  '[{"table": "user_data.item", "parser": "takeout.task_list", "state": true}]');
CALL imports.register_kind('task', 'tasks', 1,
  '{"list": ["items", "*", "items"], "carry": {"list": ["title"], "list_id": ["id"]}}',
  '[{"table": "user_data.task", "parser": "takeout.task", "state": true}]');

CREATE OR REPLACE FUNCTION takeout.task_list(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, type text, product text, title text, url text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT l.ordinal, CASE WHEN l.record ->> 'id' IS NULL AND l.record ->> 'title' IS NULL THEN 'neither an id nor a title' END,
         CASE WHEN takeout.time_fault(l.record ->> 'updated', l.at) IS NULL THEN l.at END,
         takeout.ident('task_list', coalesce(l.record ->> 'id', 'title:' || (l.record ->> 'title'))), 'task_list', 'Tasks',
         l.record ->> 'title', l.record ->> 'selfLink',
         nullif(l.record - '{title,selfLink,items,kind}'::text[] - CASE WHEN takeout.time_fault('', l.at) IS NULL THEN 'updated' ELSE '' END, '{}')
    FROM (SELECT r.ordinal, r.record, takeout.time(r.record ->> 'updated') AS at
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
           WHERE jsonb_typeof(r.record) = 'object'
          OFFSET 0) AS l
$$;
COMMENT ON FUNCTION takeout.task_list(jsonb, jsonb) IS 'Lists of tasks; at is when they were changed last.';
GRANT EXECUTE ON FUNCTION takeout.task_list(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.task(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, list text, title text, body text, due_on date,
               completed_at timestamptz, status text, parent uuid, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT t.ordinal, CASE WHEN t.task ->> 'id' IS NULL AND t.task ->> 'title' IS NULL THEN 'neither an id nor a title' END,
         CASE WHEN takeout.time_fault('', t.at) IS NULL THEN t.at END,
         takeout.ident('task', coalesce(t.task ->> 'id', 'title:' || concat_ws('/', t.list_id, t.task ->> 'title', t.task ->> 'created'))), t.list,
         nullif(t.task ->> 'title', ''), t.task ->> 'notes',
         CASE WHEN pg_input_is_valid(substring(t.task ->> 'due' FROM '^\d{4}-\d\d-\d\d'), 'date') THEN left(t.task ->> 'due', 10)::date END,
         CASE WHEN takeout.time_fault('', t.done) IS NULL THEN t.done END,
         t.task ->> 'status', CASE WHEN t.task ->> 'parent' <> '' THEN takeout.ident('task', t.task ->> 'parent') END,
         nullif(t.task - array_remove(ARRAY['title', 'notes', 'status', 'kind', CASE WHEN takeout.time_fault('', t.at) IS NULL THEN 'created' END,
                                            CASE WHEN takeout.time_fault('', t.done) IS NULL THEN 'completed' END], NULL) || jsonb_strip_nulls(jsonb_build_object('list_id', t.list_id)), '{}')
    FROM (SELECT r.ordinal, r.record ->> 'list' AS list, r.record ->> 'list_id' AS list_id, r.record -> 'record' AS task,
                 takeout.time(coalesce(r.record #>> '{record,created}', r.record #>> '{record,updated}')) AS at,
                 takeout.time(r.record #>> '{record,completed}') AS done
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
           WHERE jsonb_typeof(r.record -> 'record') = 'object'
          OFFSET 0) AS t
$$;
COMMENT ON FUNCTION takeout.task(jsonb, jsonb) IS 'Tasks, from {"list": title of their list, "list_id", "record": task}.';
GRANT EXECUTE ON FUNCTION takeout.task(jsonb, jsonb) TO lake_user;
