-- Bookkeeping: users read their own; only functions of the owner write. There are no statistics of sizes.
SELECT ops.isolate('imports.import');
SELECT ops.isolate('imports.archive');
SELECT ops.isolate('imports.file');
SELECT ops.isolate('imports.batch');
SELECT ops.isolate('imports.reject');
GRANT SELECT ON imports.document, imports.kind TO lake_user, lake_service, lake_admin;
-- Housekeeping deletes checkpoints of all users' finished files.
DROP POLICY IF EXISTS service_delete_policy ON imports.batch;
CREATE POLICY service_delete_policy ON imports.batch FOR DELETE TO lake_service USING (true);
GRANT DELETE ON imports.batch TO lake_service;
