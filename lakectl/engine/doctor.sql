-- What `lakectl doctor` asks the server, by name; as the superuser, reading only the catalog.

-- name: facts
SELECT current_setting('server_version_num')::integer / 10000 AS postgresql,
       current_setting('server_version') AS version,
       current_setting('shared_preload_libraries') AS preloaded,
       current_setting('cron.database_name', true) AS cron_database,
       current_database() AS database,
       current_setting('timescaledb.telemetry_level', true) AS telemetry,
       current_setting('data_checksums') AS checksums,
       current_setting('password_encryption') AS password_encryption

-- name: extensions
SELECT name, default_version AS available, installed_version AS installed
  FROM pg_catalog.pg_available_extensions
 WHERE name = ANY (%(names)s)

-- name: trusting_lines
SELECT line_number FROM pg_catalog.pg_hba_file_rules WHERE auth_method = 'trust' ORDER BY line_number

-- name: is_deployed
SELECT to_regclass('ops.applied') IS NOT NULL AS yes

-- name: deployed
SELECT version FROM ops.applied ORDER BY applied_at DESC LIMIT 1
