-- Partitions are made ahead, by their owner, and those past their retention go.
BEGIN;
SELECT plan(6);
SELECT ok(count(*) >= 4, parent || ' has partitions ahead')
  FROM (SELECT inhparent::regclass::text AS parent FROM pg_inherits
         WHERE inhparent IN ('imports.reject'::regclass, 'ops.event'::regclass)) AS i GROUP BY parent ORDER BY parent;
CREATE TEMP TABLE last AS
SELECT max(inhrelid::regclass::text) AS name FROM pg_inherits WHERE inhparent = 'ops.event'::regclass AND inhrelid::regclass::text !~ 'default';
DO $$ BEGIN EXECUTE (SELECT 'DROP TABLE ' || name FROM last); END $$;
SET LOCAL ROLE lake_owner;
SELECT ops.keep_partitions('ops.event', '1 month');
SET LOCAL ROLE lake_jobs;
SELECT ops.maintain_partitions();
RESET ROLE;
-- pg_partman leaves its own behind.
SET LOCAL search_path = lake, ext;
SELECT is((SELECT relowner::regrole::text FROM pg_class, last WHERE oid = to_regclass(last.name)), 'lake_owner', 'a lost one is back, the owner''s');
SELECT is((SELECT retention || ' ' || retention_keep_table FROM partman.part_config WHERE parent_table = 'ops.event'), '1 month false', 'retention is set');
SELECT is_empty($$SELECT * FROM pg_class AS c, aclexplode(c.relacl) AS a WHERE c.relispartition AND c.relkind = 'r'
                  AND c.relnamespace IN ('imports'::regnamespace, 'ops'::regnamespace) AND a.grantee <> c.relowner$$, 'granted to nobody');
CREATE ROLE user_900001 IN ROLE lake_user;
SET LOCAL ROLE user_900001;
SELECT throws_ok('SELECT ops.maintain_partitions()', '42501', NULL, 'no business of users');
SELECT * FROM finish();
ROLLBACK;
