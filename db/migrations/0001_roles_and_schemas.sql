-- Roles, extensions and schemas: what everything else stands on.
-- Roles belong to the cluster, not to the database, so they may be there already.

DO $roles$
DECLARE
  v_role text;
BEGIN
  FOREACH v_role IN ARRAY ARRAY['lake_owner', 'lake_service', 'lake_user', 'lake_jobs', 'lake_admin'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = v_role) THEN
      EXECUTE format('CREATE ROLE %I', v_role);
    END IF;
  END LOOP;
END
$roles$;

ALTER ROLE lake_owner NOLOGIN NOINHERIT;
ALTER ROLE lake_service NOLOGIN NOINHERIT;
ALTER ROLE lake_user NOLOGIN;
-- pg_cron runs a job only for a role that may log in; no password is ever set, so nobody can.
ALTER ROLE lake_jobs LOGIN NOINHERIT CONNECTION LIMIT 20;
ALTER ROLE lake_jobs SET statement_timeout = '2h';
ALTER ROLE lake_admin LOGIN CREATEROLE NOINHERIT;
-- Who was given which rights is written to the server's log.
ALTER ROLE lake_admin SET pgaudit.log = 'role';

-- lakectl makes users, and hands out membership without being able to act as one of them.
GRANT lake_user TO lake_admin WITH ADMIN TRUE, INHERIT FALSE, SET FALSE;

COMMENT ON ROLE lake_owner IS 'Owns tables, views and functions of the lake; nobody logs in as it.';
COMMENT ON ROLE lake_service IS 'Owns materialized views and the functions that must see rows of several users.';
COMMENT ON ROLE lake_user IS 'Group of all lake users (user_1, user_2, …); grants are made to it.';
COMMENT ON ROLE lake_jobs IS 'What pg_cron runs jobs as.';
COMMENT ON ROLE lake_admin IS 'What lakectl connects as: makes users and services, reads the state of the lake.';

DO $database$
BEGIN
  EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
  EXECUTE format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO lake_user', current_database());
  -- A materialized view is refreshed concurrently through a temporary table of its owner.
  EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO lake_service', current_database());
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO lake_jobs', current_database());
  EXECUTE format('GRANT CREATE ON DATABASE %I TO lake_admin', current_database());
  -- It hands this on to services.
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO lake_admin WITH GRANT OPTION', current_database());
  EXECUTE format('ALTER DATABASE %I SET search_path = lake, ext', current_database());
  -- One zone for everybody: a text without a zone means the same in every session.
  EXECUTE format('ALTER DATABASE %I SET timezone = ''UTC''', current_database());
  -- pg_cron exists in one database of a cluster; elsewhere jobs are run by name.
  IF current_setting('cron.database_name', true) = current_database() THEN
    CREATE EXTENSION IF NOT EXISTS pg_cron;
    GRANT USAGE ON SCHEMA cron TO lake_jobs;
    GRANT SELECT, DELETE ON cron.job_run_details TO lake_jobs;
  END IF;
END
$database$;

REVOKE ALL ON SCHEMA public FROM PUBLIC;

CREATE SCHEMA ext;
COMMENT ON SCHEMA ext IS 'Extensions that can be put into a schema of our choice.';
GRANT USAGE ON SCHEMA ext TO PUBLIC;
CREATE EXTENSION timescaledb SCHEMA ext;
CREATE EXTENSION postgis SCHEMA ext;
CREATE EXTENSION vector SCHEMA ext;
CREATE EXTENSION btree_gin SCHEMA ext;
CREATE EXTENSION btree_gist SCHEMA ext;
CREATE EXTENSION pg_trgm SCHEMA ext;
CREATE EXTENSION plpgsql_check SCHEMA ext;
CREATE EXTENSION pg_stat_statements SCHEMA ext;
CREATE EXTENSION pgaudit;
CREATE SCHEMA partman;
COMMENT ON SCHEMA partman IS 'pg_partman: makes partitions ahead of time.';
CREATE EXTENSION pg_partman SCHEMA partman;

CREATE SCHEMA IF NOT EXISTS ops;
CREATE SCHEMA lake;
CREATE SCHEMA takeout;
CREATE SCHEMA imports;
CREATE SCHEMA user_data;
CREATE SCHEMA timeseries;
CREATE SCHEMA timeseries_chunks;
CREATE SCHEMA vectors;
CREATE SCHEMA analytics;
CREATE SCHEMA archive;
COMMENT ON SCHEMA ops IS 'What was deployed, what happened, what runs when.';
COMMENT ON SCHEMA lake IS 'The public surface: views to read and functions to call. Everything else may change.';
COMMENT ON SCHEMA takeout IS 'Parsers: pure functions from the records of a Google Takeout file to rows.';
COMMENT ON SCHEMA imports IS 'Archives, files, kinds, batches and rejects: how every record came in.';
COMMENT ON SCHEMA user_data IS 'The entities: one table per kind of thing, not per product.';
COMMENT ON SCHEMA timeseries IS 'What is measured over time: hypertables and their rollups.';
COMMENT ON SCHEMA timeseries_chunks IS 'Chunks of the hypertables. They have no policies, so no user may look in here.';
COMMENT ON SCHEMA vectors IS 'The embedding model, the texts and their embeddings.';
COMMENT ON SCHEMA analytics IS 'Materialized views, private, and views over them that show a user its own rows.';
COMMENT ON SCHEMA archive IS 'Catalogue of the bytes that are kept outside the database.';

GRANT USAGE, CREATE ON SCHEMA ops, lake, takeout, imports, user_data, timeseries, timeseries_chunks, vectors,
  analytics, archive TO lake_owner;
GRANT USAGE, CREATE ON SCHEMA ops, lake, vectors, analytics, imports TO lake_service;
GRANT USAGE ON SCHEMA user_data, timeseries, archive TO lake_service;
GRANT USAGE ON SCHEMA lake, takeout, imports, user_data, timeseries, vectors, analytics, archive TO lake_user;
GRANT USAGE ON SCHEMA lake, ops TO lake_admin;
-- CREATE in ops: two functions that read and clear pg_cron's log must be owned by the role whose jobs it logs.
GRANT USAGE ON SCHEMA imports, vectors, analytics, lake TO lake_jobs;
GRANT USAGE, CREATE ON SCHEMA ops TO lake_jobs;
-- CREATE, since create_parent makes a template table there.
GRANT USAGE, CREATE ON SCHEMA partman TO lake_owner;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA partman TO lake_owner;
GRANT EXECUTE ON ALL ROUTINES IN SCHEMA partman TO lake_owner;
-- partman's functions run with their caller's rights; nobody but the owner of the partitions has a use for them.
REVOKE EXECUTE ON ALL ROUTINES IN SCHEMA partman FROM PUBLIC;

-- A function is callable by those it names, never by everybody by accident.
ALTER DEFAULT PRIVILEGES FOR ROLE lake_owner REVOKE EXECUTE ON ROUTINES FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE lake_service REVOKE EXECUTE ON ROUTINES FROM PUBLIC;

-- most_common_vals show texts of other users.
REVOKE SELECT ON pg_stats, pg_stats_ext, pg_stats_ext_exprs FROM PUBLIC;
-- A loader's claim on an archive ends with its session: the owner's functions must see which sessions live.
GRANT pg_read_all_stats TO lake_owner WITH INHERIT TRUE, SET FALSE;
-- Some of these do not ask whether the caller owns the hypertable (drop_chunk).
REVOKE EXECUTE ON ALL ROUTINES IN SCHEMA _timescaledb_functions, _timescaledb_internal, _timescaledb_debug,
  timescaledb_experimental FROM PUBLIC;
GRANT EXECUTE ON ALL ROUTINES IN SCHEMA _timescaledb_functions TO lake_owner;

-- What extensions give to everybody and no user needs: hypertables are managed by their owner; the functions behind
-- PostGIS's planner show the histogram of a table's positions, of all users; the checker of PL/pgSQL profiles and
-- traces; pg_stat_statements counts who runs how much.
-- Advisory locks: whoever holds the one that pg_partman takes stops all maintenance, and whoever takes some thousands
-- leaves no room in the lock table for anybody.
GRANT EXECUTE ON ALL ROUTINES IN SCHEMA ext TO lake_owner;
REVOKE SELECT ON ext.pg_stat_statements, ext.pg_stat_statements_info FROM PUBLIC;
DO $routines$
DECLARE
  v_routine regprocedure;
BEGIN
  FOR v_routine IN
    SELECT p.oid
      FROM pg_proc AS p
      LEFT JOIN pg_depend AS d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
      LEFT JOIN pg_extension AS e ON d.refclassid = 'pg_extension'::regclass AND e.oid = d.refobjid
     WHERE e.extname IN ('plpgsql_check', 'pg_stat_statements')
        OR e.extname = 'timescaledb' AND p.pronamespace = 'ext'::regnamespace AND p.provolatile <> 'i'
        OR e.extname = 'postgis' AND p.proname ~ '^(st_estimatedextent|st_findextent|_postgis_.*(stats|selectivity|extent))$'
        OR p.pronamespace = 'pg_catalog'::regnamespace AND p.proname ~ '^pg_(try_)?advisory_'
  LOOP
    EXECUTE format('REVOKE EXECUTE ON ROUTINE %s FROM PUBLIC', v_routine);
    EXECUTE format('GRANT EXECUTE ON ROUTINE %s TO lake_owner', v_routine);
  END LOOP;
END
$routines$;

-- A user who may update or delete may also lock the whole table: ops.end_blockers ends such sessions.
GRANT pg_signal_backend TO lake_jobs WITH INHERIT TRUE, SET FALSE;
