-- Counts per user, day and product. Private: materialized views have no row-level security, so users read
-- analytics.activity_daily, a view of lake_service that shows each its own rows.
SET LOCAL ROLE lake_owner;
GRANT SELECT ON user_data.activity TO lake_service;
SET LOCAL ROLE lake_service;

CREATE MATERIALIZED VIEW analytics.activity_of_all_users AS
SELECT a.user_id, (a.at AT TIME ZONE 'UTC')::date AS day, coalesce(a.product, '') AS product,
       count(*) AS events, count(DISTINCT a.ident) AS distinct_events, min(a.at) AS first_at, max(a.at) AS last_at
  FROM user_data.activity AS a
 GROUP BY 1, 2, 3;
CREATE UNIQUE INDEX activity_of_all_users_key ON analytics.activity_of_all_users (user_id, day, product);
COMMENT ON MATERIALIZED VIEW analytics.activity_of_all_users IS
  'Activity per user, day (UTC) and product. Private to lake_service; users read analytics.activity_daily.';
-- As ops.isolate does for tables: the planner's estimates must not tell a user what others have.
ALTER MATERIALIZED VIEW analytics.activity_of_all_users
  ALTER COLUMN product SET STATISTICS 0, ALTER COLUMN events SET STATISTICS 0,
  ALTER COLUMN distinct_events SET STATISTICS 0;
