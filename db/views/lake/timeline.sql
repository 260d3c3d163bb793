-- Everything that has a time, in order. It must stay a MergeAppend over the (user_id, at) indexes: branches are bare
-- UNION ALL of identical types, without filter or join, and the filters stand outside.

CREATE OR REPLACE VIEW lake.timeline WITH (security_invoker = true) AS
SELECT t.at, t.end_at, t.entity, t.title, t.detail, t.pos, t.row_id
  FROM (SELECT user_id, at, NULL::timestamptz AS end_at, 'activity'::text AS entity, coalesce(title, url) AS title,
               product AS detail, pos, id AS row_id FROM user_data.activity
        UNION ALL
        SELECT user_id, at, end_at, 'place_visit'::text, coalesce(name, semantic_type), address, pos, id
          FROM user_data.place_visit
        UNION ALL
        SELECT user_id, at, end_at, 'trip'::text, mode, NULL::text, start_pos, id FROM user_data.trip
        UNION ALL
        SELECT user_id, at, end_at, 'note'::text, title, body, NULL::ext.geography(Point, 4326), id FROM user_data.note
        UNION ALL
        SELECT user_id, at, NULL::timestamptz, 'message'::text, coalesce(title, sender_name, sender), body,
               NULL::ext.geography(Point, 4326), id FROM user_data.message
        UNION ALL
        SELECT user_id, at, end_at, 'calendar_event'::text, title, location, NULL::ext.geography(Point, 4326), id
          FROM user_data.calendar_event
        UNION ALL
        SELECT user_id, at, NULL::timestamptz, 'task'::text, title, body, NULL::ext.geography(Point, 4326), id
          FROM user_data.task
        UNION ALL
        SELECT user_id, at, NULL::timestamptz, 'media_item'::text, title, description, pos, id FROM user_data.media_item
        UNION ALL
        SELECT user_id, at, end_at, 'workout'::text, coalesce(title, type), NULL::text, NULL::ext.geography(Point, 4326), id
          FROM user_data.workout
        UNION ALL
        SELECT user_id, at, end_at, 'sleep'::text, 'Sleep'::text, NULL::text, NULL::ext.geography(Point, 4326), id
          FROM user_data.sleep
        UNION ALL
        SELECT user_id, at, NULL::timestamptz, 'bookmark'::text, coalesce(title, url), url, NULL::ext.geography(Point, 4326), id
          FROM user_data.bookmark
        UNION ALL
        SELECT user_id, at, NULL::timestamptz, 'saved_place'::text, coalesce(title, address, url), address, pos, id FROM user_data.saved_place
        UNION ALL
        SELECT user_id, at, end_at, 'subscription'::text, coalesce(title, url), product, NULL::ext.geography(Point, 4326), id
          FROM user_data.subscription
        UNION ALL
        SELECT user_id, at, NULL::timestamptz, 'playlist_item'::text, coalesce(title, url), playlist, NULL::ext.geography(Point, 4326), id
          FROM user_data.playlist_item
        UNION ALL
        SELECT user_id, at, NULL::timestamptz, 'item'::text, title, type, pos, id FROM user_data.item
        UNION ALL
        SELECT user_id, at, NULL::timestamptz, 'comment'::text, coalesce(title, url), body, NULL::ext.geography(Point, 4326), id
          FROM user_data.comment
        UNION ALL
        SELECT user_id, at, NULL::timestamptz, 'review'::text, coalesce(title, url), body, pos, id FROM user_data.review
        UNION ALL
        SELECT user_id, at, NULL::timestamptz, 'purchase'::text, title, product, NULL::ext.geography(Point, 4326), id
          FROM user_data.purchase
        UNION ALL
        SELECT user_id, at, NULL::timestamptz, 'app_install'::text, title, device, NULL::ext.geography(Point, 4326), id
          FROM user_data.app_install
        UNION ALL
        SELECT user_id, at, NULL::timestamptz, 'sign_in'::text, title, country, NULL::ext.geography(Point, 4326), id
          FROM user_data.sign_in) AS t
 WHERE t.user_id = (SELECT lake.current_user_id()) AND t.at IS NOT NULL;
COMMENT ON VIEW lake.timeline IS
  'All that has a time, of every kind: when, what, where, and the row it is (entity names the table in user_data, '
  'row_id its id). ORDER BY at with a LIMIT reads only what it shows.';
GRANT SELECT ON lake.timeline TO lake_user;
