-- The job may refresh the view and nothing else.
SET LOCAL ROLE lake_service;
GRANT MAINTAIN ON analytics.activity_of_all_users TO lake_jobs;
