-- A user's own rows of the private materialized view.
SET LOCAL ROLE lake_service;

CREATE OR REPLACE VIEW analytics.activity_daily WITH (security_barrier = true) AS
SELECT v.day, v.product, v.events, v.distinct_events, v.first_at, v.last_at
  FROM analytics.activity_of_all_users AS v
 WHERE v.user_id = (SELECT lake.current_user_id());
COMMENT ON VIEW analytics.activity_daily IS
  'How much you did per day (UTC) and product; product is empty where the file names none. Refreshed by the job analytics.';
GRANT SELECT ON analytics.activity_daily TO lake_user;
