-- The job may refresh the view and nothing else. A view owned by lake_service must see everybody's rows.
GRANT SELECT ON user_data.activity TO lake_service;
SET LOCAL ROLE lake_service;
GRANT MAINTAIN ON analytics.activity_of_all_users TO lake_jobs;
