-- Everything that has a time, in order. It must stay a MergeAppend over the (user_id, at) indexes: branches are bare
-- UNION ALL of identical types, without filter or join, and the one filter on user_id stands outside.

CREATE OR REPLACE VIEW lake.timeline WITH (security_invoker = true) AS
SELECT t.at, t.end_at, t.entity, t.title, t.detail, t.pos, t.row_id
  FROM (SELECT user_id, at, NULL::timestamptz AS end_at, 'activity'::text AS entity, title, product AS detail, pos,
               id AS row_id FROM user_data.activity
        UNION ALL
        SELECT user_id, at, end_at, 'place_visit'::text, coalesce(name, semantic_type), address, pos, id
          FROM user_data.place_visit
        UNION ALL
        SELECT user_id, at, end_at, 'trip'::text, mode, NULL::text, start_pos, id FROM user_data.trip
        UNION ALL
        SELECT user_id, at, end_at, 'note'::text, title, body, NULL::ext.geography(Point, 4326), id FROM user_data.note) AS t
 WHERE t.user_id = (SELECT lake.current_user_id());
COMMENT ON VIEW lake.timeline IS
  'All that has a time, of every kind: when, what, where, and the row it is (entity names the table in user_data, '
  'row_id its id). ORDER BY at with a LIMIT reads only what it shows.';
GRANT SELECT ON lake.timeline TO lake_user;
