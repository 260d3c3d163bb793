-- Google Play Games Services/Games/<game>/Activity.html (a heading and a table of facts) and Achievements.html (a list of
-- "Name — Unlocked <time>" and "Name — Locked").
-- Traps: which game achievements belong to is said by the folder alone; the shape is known from few exports.
CALL imports.register_document('play_game', 'Google Play Games Services', 'html',
  ARRAY['(^|/)Google Play Games Services/Games/[^/]+/Activity\.html$']);
CALL imports.register_kind('game_activity', 'play_game', 0,
  '{"records": "//body", "fields": {"title": ".//h1", "names": [".//th"], "values": [".//td"]}}',
  '[{"table": "user_data.item", "parser": "takeout.game_activity", "state": true}]');
CALL imports.register_document('play_achievements', 'Google Play Games Services', 'html',
  ARRAY['(^|/)Google Play Games Services/Games/[^/]+/Achievements\.html$']);
CALL imports.register_kind('game_achievement', 'play_achievements', 0, '{"records": "//li", "fields": {"text": "."}}',
  '[{"table": "user_data.item", "parser": "takeout.game_achievement", "state": true}]');

CREATE OR REPLACE FUNCTION takeout.game_activity(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, type text, product text, title text, attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT g.ordinal, CASE WHEN g.game IS NULL THEN 'no name of a game' END,
         (SELECT max(takeout.known_time(v #>> '{}')) FROM jsonb_path_query(g.record, '$.values[*]') AS v),
         takeout.ident('game_activity', g.game), 'game_activity', 'Google Play Games Services', g.game,
         (SELECT jsonb_object_agg(coalesce(n.name #>> '{}', 'column ' || v.place), v.value)
            FROM jsonb_path_query(g.record, '$.values[*]') WITH ORDINALITY AS v(value, place)
            LEFT JOIN jsonb_path_query(g.record, '$.names[*]') WITH ORDINALITY AS n(name, place) USING (place))
    FROM (SELECT r.ordinal, r.record,
                 coalesce(nullif(r.record ->> 'title', ''), substring(p_file ->> 'path' FROM '/Games/([^/]+)/[^/]+$')) AS game
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
           WHERE jsonb_typeof(r.record) = 'object'
          OFFSET 0) AS g
$$;
COMMENT ON FUNCTION takeout.game_activity(jsonb, jsonb) IS 'Games that were played; at is the last time that the page tells.';
GRANT EXECUTE ON FUNCTION takeout.game_activity(jsonb, jsonb) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.game_achievement(p_records jsonb, p_file jsonb)
RETURNS TABLE (ordinal bigint, reject text, at timestamptz, ident uuid, type text, product text, title text, body text,
               attrs jsonb)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT a.ordinal, CASE WHEN a.title = '' THEN 'no name of an achievement' END,
         takeout.known_time(substring(a.said FROM '\d{4}-\d\d-\d\d[T ]\d\d:\d\d\S*')),
         takeout.ident('game_achievement', a.game, a.title), 'game_achievement', 'Google Play Games Services', a.title,
         nullif(a.said, ''), jsonb_strip_nulls(jsonb_build_object('game', a.game))
    FROM (SELECT r.ordinal, substring(p_file ->> 'path' FROM '/Games/([^/]+)/[^/]+$') AS game,
                 btrim(regexp_replace(r.record ->> 'text', '\s+[—–-]\s+[^—–]*$', '')) AS title,
                 btrim(substring(r.record ->> 'text' FROM '\s[—–-]\s+([^—–]*)$')) AS said
            FROM jsonb_array_elements(p_records) WITH ORDINALITY AS r(record, ordinal)
           WHERE r.record ->> 'text' IS NOT NULL
          OFFSET 0) AS a
$$;
COMMENT ON FUNCTION takeout.game_achievement(jsonb, jsonb) IS 'Achievements in games; body says whether and at when each was reached.';
GRANT EXECUTE ON FUNCTION takeout.game_achievement(jsonb, jsonb) TO lake_user;
