-- Every statement that a deploy sends of its own, by name; what it applies stands in db/.

-- name: ledger_exists
SELECT to_regclass('ops.applied') IS NOT NULL

-- name: create_ledger
CREATE SCHEMA IF NOT EXISTS ops;
CREATE TABLE ops.applied (
  path       text PRIMARY KEY,
  sha256     text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  version    text NOT NULL
);
COMMENT ON TABLE ops.applied IS
  'Ledger of the deploy: every file of db/ as it was last applied. Deploys serialise on a lock of this table.';
COMMENT ON COLUMN ops.applied.sha256 IS 'Of the text with the settings filled in.';
COMMENT ON COLUMN ops.applied.version IS 'Version of lakectl that applied it.';
CREATE TABLE ops.applied_object (
  path     text NOT NULL REFERENCES ops.applied ON DELETE CASCADE,
  class    text NOT NULL,
  identity text NOT NULL,
  sha256   text NOT NULL,
  PRIMARY KEY (class, identity)
);
COMMENT ON TABLE ops.applied_object IS
  'Which repeatable file made which object, so that the object goes when the file no longer makes it.';
COMMENT ON COLUMN ops.applied_object.class IS 'As DROP names it: function, view, materialized view, policy …';
COMMENT ON COLUMN ops.applied_object.sha256 IS 'Of the statement that made it.';
CREATE INDEX ON ops.applied_object (path);

-- name: lock_ledger
LOCK TABLE ops.applied IN SHARE ROW EXCLUSIVE MODE

-- name: applied
SELECT path, sha256 FROM ops.applied

-- name: applied_objects
SELECT path, class, identity, sha256 FROM ops.applied_object

-- name: mark_applied
INSERT INTO ops.applied (path, sha256, version) VALUES (%(path)s, %(sha256)s, %(version)s)
ON CONFLICT (path) DO UPDATE
SET sha256 = excluded.sha256, applied_at = excluded.applied_at, version = excluded.version

-- name: forget_applied
DELETE FROM ops.applied WHERE path = %(path)s

-- name: mark_object
INSERT INTO ops.applied_object (path, class, identity, sha256)
VALUES (%(path)s, %(class)s, %(identity)s, %(sha256)s)
ON CONFLICT (class, identity) DO UPDATE SET path = excluded.path, sha256 = excluded.sha256

-- name: forget_object
DELETE FROM ops.applied_object WHERE class = %(class)s AND identity = %(identity)s

-- name: begin_limits
-- A deadlock is left for the other side to find; the watcher ends whoever stands in the way.
SET LOCAL lock_timeout = '10min';
SET LOCAL deadlock_timeout = '1h';
SET LOCAL idle_in_transaction_session_timeout = 0;
SET LOCAL statement_timeout = 0;
SET LOCAL client_min_messages = 'warning'

-- name: work_limits
SET LOCAL lock_timeout = '60s'

-- name: enter_migration
RESET ROLE;
SET LOCAL search_path = lake, ext;
SET LOCAL check_function_bodies = on;
SET LOCAL row_security = on

-- name: enter_owner
RESET ROLE;
SET LOCAL search_path = lake, ext;
SET LOCAL check_function_bodies = off;
SET LOCAL row_security = on;
SET LOCAL ROLE lake_owner

-- name: enter_superuser
RESET ROLE;
SET LOCAL search_path = lake, ext;
SET LOCAL check_function_bodies = off;
SET LOCAL row_security = on

-- name: leave
RESET ROLE;
SET LOCAL search_path = pg_catalog, pg_temp

-- name: start_recording
-- Seen by nobody else: made and dropped within the deploy's transaction.
CREATE TEMPORARY TABLE lakectl_made (
  seq bigint GENERATED ALWAYS AS IDENTITY, class text, identity text
) ON COMMIT DROP;
CREATE TEMPORARY TABLE lakectl_dropped (
  seq bigint GENERATED ALWAYS AS IDENTITY, class text, schema text, identity text, cascaded boolean, ours boolean
) ON COMMIT DROP;
-- Read between statements, in whatever role the file has taken.
GRANT SELECT, DELETE ON pg_temp.lakectl_made, pg_temp.lakectl_dropped TO PUBLIC;
CREATE FUNCTION pg_temp.lakectl_record_made() RETURNS event_trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO pg_temp.lakectl_made (class, identity)
  SELECT object_type, object_identity FROM pg_event_trigger_ddl_commands()
  WHERE command_tag LIKE 'CREATE %' AND NOT in_extension AND schema_name IS DISTINCT FROM 'pg_temp'
    AND object_type IN ('function', 'procedure', 'aggregate', 'view', 'materialized view', 'policy', 'trigger');
END $$;
CREATE FUNCTION pg_temp.lakectl_record_dropped() RETURNS event_trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO pg_temp.lakectl_dropped (class, schema, identity, cascaded, ours)
  SELECT object_type, schema_name, object_identity, NOT original,
         -- The ledger's schema is there before the first migration makes the role.
         schema_name = 'ops' OR has_schema_privilege((SELECT oid FROM pg_roles WHERE rolname = 'lake_owner'),
                              to_regnamespace(quote_ident(schema_name)), 'CREATE')
         AND schema_name !~ '^user_[1-9]'
  FROM pg_event_trigger_dropped_objects()
  -- Rules and row types are parts of their view or table.
  WHERE object_type NOT IN ('rule', 'type') AND NOT is_temporary;
END $$;
CREATE EVENT TRIGGER lakectl_record_made ON ddl_command_end EXECUTE FUNCTION pg_temp.lakectl_record_made();
CREATE EVENT TRIGGER lakectl_record_dropped ON sql_drop EXECUTE FUNCTION pg_temp.lakectl_record_dropped()

-- name: stop_recording
DROP EVENT TRIGGER lakectl_record_made;
DROP EVENT TRIGGER lakectl_record_dropped;
DROP FUNCTION pg_temp.lakectl_record_made();
DROP FUNCTION pg_temp.lakectl_record_dropped();
DROP TABLE pg_temp.lakectl_made, pg_temp.lakectl_dropped

-- name: take_made
WITH taken AS (DELETE FROM pg_temp.lakectl_made RETURNING seq, class, identity)
SELECT class, identity FROM taken ORDER BY seq

-- name: take_dropped
WITH taken AS (DELETE FROM pg_temp.lakectl_dropped RETURNING seq, class, schema, identity, cascaded, ours)
SELECT class, schema, identity, cascaded, ours FROM taken ORDER BY seq

-- name: yoyo_tables
SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = 'ops'

-- name: lint_state
RESET ROLE;
SET LOCAL search_path = pg_catalog, pg_temp;
SET LOCAL check_function_bodies = on

-- name: constraints_now
SET CONSTRAINTS ALL IMMEDIATE

-- name: plpgsql_check_schema
SELECT nspname FROM pg_extension JOIN pg_namespace n ON n.oid = extnamespace WHERE extname = 'plpgsql_check'

-- name: plpgsql_check
-- {schema} is where the extension lives. The first error of each function only: its warnings know too little of dynamic SQL. A trigger function is checked with each table that uses it.
SELECT p.oid::regprocedure::text, p.prosrc, found.lineno, found.message, found.hint
FROM pg_proc p
JOIN pg_language l ON l.oid = p.prolang AND l.lanname = 'plpgsql'
LEFT JOIN pg_trigger t ON t.tgfoid = p.oid AND NOT t.tgisinternal
CROSS JOIN LATERAL {schema}.plpgsql_check_function_tb(
  p.oid, coalesce(t.tgrelid, 0), fatal_errors => true, other_warnings => false, extra_warnings => false,
  performance_warnings => false, security_warnings => false) AS found
WHERE p.prokind IN ('f', 'p') AND found.level = 'error'
  AND (p.prorettype <> 'trigger'::regtype OR t.oid IS NOT NULL)
  AND has_schema_privilege('lake_owner', p.pronamespace, 'CREATE')
  -- A user may grant CREATE in its own schema; its code must not be read as ours, by a superuser.
  AND p.pronamespace::regnamespace::text !~ '^user_[1-9]'
  AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_proc'::regclass AND objid = p.oid AND deptype = 'e')
ORDER BY 1, 3

-- name: sql_functions
SELECT p.oid, p.oid::regprocedure::text, p.prosrc,
       coalesce((SELECT substr(setting, length('search_path=') + 1) FROM unnest(p.proconfig) AS setting
                 WHERE starts_with(setting, 'search_path=')), 'lake, ext')
FROM pg_proc p
JOIN pg_language l ON l.oid = p.prolang AND l.lanname = 'sql'
WHERE p.prosqlbody IS NULL
  AND has_schema_privilege('lake_owner', p.pronamespace, 'CREATE')
  -- A user may grant CREATE in its own schema; its code must not be read as ours, by a superuser.
  AND p.pronamespace::regnamespace::text !~ '^user_[1-9]'
  AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_proc'::regclass AND objid = p.oid AND deptype = 'e')
ORDER BY 2

-- name: set_search_path
SELECT set_config('search_path', %(search_path)s, true)

-- name: check_sql_function
SELECT fmgr_sql_validator(%(oid)s)

-- name: backend_pid
SELECT pg_backend_pid()

-- name: blockers
-- Who stands before us in the queue for a lock; theirs: a lake user's or a service's session, which may be ended.
SELECT a.pid, coalesce(a.usename, a.backend_type), a.state, a.application_name,
       coalesce(a.backend_type = 'client backend' AND NOT r.rolsuper
                AND r.rolname NOT IN ('lake_admin', 'lake_jobs', 'lake_owner', 'lake_service')
                AND pg_has_role(r.oid, 'lake_user', 'MEMBER'), false) AS theirs
FROM unnest(pg_blocking_pids(%(pid)s)) AS blocking(pid)
JOIN pg_stat_activity a ON a.pid = blocking.pid
LEFT JOIN pg_roles r ON r.oid = a.usesysid

-- name: end_session
SELECT pg_terminate_backend(%(pid)s)

-- name: role_password
SELECT rolpassword IS NOT NULL FROM pg_authid WHERE rolname = %(role)s

-- name: has_model
-- The embedding model is data that comes with lakectl; a db/ without tables for it has no use for it.
SELECT to_regclass('vectors.model') IS NOT NULL

-- name: has_jobs
SELECT to_regprocedure('ops.unschedule_jobs_except(text[])') IS NOT NULL

-- name: retire_jobs
SELECT ops.unschedule_jobs_except(%(names)s::text[])
