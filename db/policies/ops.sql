-- The diary and the list of users: written by functions of lake_service, for all users.
SELECT ops.isolate('ops.event');
DROP POLICY IF EXISTS service_write_policy ON ops.event;
CREATE POLICY service_write_policy ON ops.event FOR INSERT TO lake_service WITH CHECK (true);
GRANT INSERT ON ops.event TO lake_service;

SELECT ops.isolate('ops.account');
REVOKE ALL ON ops.account FROM lake_user;
DROP POLICY IF EXISTS service_write_policy ON ops.account;
CREATE POLICY service_write_policy ON ops.account FOR INSERT TO lake_service WITH CHECK (true);
-- MAINTAIN: the right to lock the table while an id is chosen.
GRANT INSERT, MAINTAIN ON ops.account TO lake_service;

-- lake.job_status() and ops.run_job read the list of jobs; deploy writes it.
GRANT SELECT ON ops.job TO lake_service, lake_jobs;
