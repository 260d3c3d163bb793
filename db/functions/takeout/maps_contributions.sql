-- What its owner added to Maps: Added dishes, products, activities.json: {"contributions": [{"dish": {"name"}, "place":
-- {"name"}, "creationTime"}]}; Questions and Answers.json: {"questions": […], "answers": […]}.
-- Traps: the inner keys are not sure: what is not found stays in attrs.
CALL imports.register_document('added_dishes', 'Maps', 'json',
  ARRAY['(^|/)Added dishes, products, activities\.json$'], '^[\s\uFEFF]*\{\s*"contributions"\s*:\s*\[');
CALL imports.register_kind('added_dish', 'added_dishes', 0, '{"list": ["contributions"]}',
  '[{"table": "user_data.item", "parser": "takeout.added_dish", "state": true}]');
CALL imports.register_document('maps_questions', 'Maps', 'json',
  ARRAY['(^|/)Questions and Answers\.json$'], '^[\s\uFEFF]*\{\s*"(questions|answers)"\s*:\s*\[');
CALL imports.register_kind('maps_question', 'maps_questions', 0, '{"list": ["questions"]}',
  '[{"table": "user_data.item", "parser": "takeout.maps_question", "state": true}]');
CALL imports.register_kind('maps_answer', 'maps_questions', 1, '{"list": ["answers"]}',
  '[{"table": "user_data.item", "parser": "takeout.maps_answer", "state": true}]');

CREATE OR REPLACE FUNCTION takeout.maps_contribution(p_type text, p_records jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, type text, product text, title text, url text, body text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT c.ordinal, CASE WHEN c.record = '{}' THEN 'nothing in this record is known to the parser' END,
         takeout.kept_time(takeout.time(coalesce(c.record ->> 'creationTime', c.record ->> 'createTime', c.record ->> 'creation_time',
                                                 c.record ->> 'date', c.record ->> 'timestamp'))),
         takeout.ident(p_type, c.record::text), p_type, 'Maps',
         takeout.plain(coalesce(c.record #>> '{dish,name}', c.record #>> '{product,name}', c.record #>> '{activity,name}',
                                c.record ->> 'name', c.record ->> 'question', c.record ->> 'title')),
         coalesce(c.record ->> 'url', c.record ->> 'google_maps_url'), coalesce(c.record ->> 'answer', c.record ->> 'text'),
         nullif(c.record, '{}')
    FROM jsonb_array_elements(p_records) WITH ORDINALITY AS c(record, ordinal)
   WHERE jsonb_typeof(c.record) = 'object'
$$;
COMMENT ON FUNCTION takeout.maps_contribution(text, jsonb) IS 'Items from what was added to Maps, of the type given.';
GRANT EXECUTE ON FUNCTION takeout.maps_contribution(text, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.added_dish(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, type text, product text, title text, url text, body text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT * FROM takeout.maps_contribution('added_dish', p_records) $$;
COMMENT ON FUNCTION takeout.added_dish(jsonb, jsonb) IS 'Items: dishes, products and activities that were added.';
GRANT EXECUTE ON FUNCTION takeout.added_dish(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.maps_question(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, type text, product text, title text, url text, body text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT * FROM takeout.maps_contribution('maps_question', p_records) $$;
COMMENT ON FUNCTION takeout.maps_question(jsonb, jsonb) IS 'Items: questions about places.';
GRANT EXECUTE ON FUNCTION takeout.maps_question(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.maps_answer(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, type text, product text, title text, url text, body text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT * FROM takeout.maps_contribution('maps_answer', p_records) $$;
COMMENT ON FUNCTION takeout.maps_answer(jsonb, jsonb) IS 'Items: answers to questions about places.';
GRANT EXECUTE ON FUNCTION takeout.maps_answer(jsonb, jsonb) TO lake_user;
