-- For every table that holds a user's rows: a statement that gives those rows as text, one line each, in any order,
-- without what may differ between two loads of the same exports. The tables come from the catalog, so that
-- a new one is compared without anyone remembering.
-- Result: name of the table, statement with %s for the user's id.
WITH left_out_table(name, reason) AS (VALUES
  ('ops.account', 'the user itself: its name and when it was made'),
  ('ops.event', 'tells what happened on the way, not what came of it'),
  ('vectors.*', 'filled by a scheduled job, some time after a load'),
  ('analytics.*', 'refreshed by a scheduled job, some time after a load'),
  ('audit.*', 'tells what happened on the way'),
  ('partman.*', 'templates of pg_partman, which hold no rows')
), left_out_column(name, reason) AS (VALUES
  ('user_id', 'each run has a user of its own'),
  ('began_at', 'a wall-clock time'),
  ('finished_at', 'a wall-clock time'),
  ('stored_at', 'a wall-clock time'),
  ('claimed_by', 'the session that loaded it'),
  ('claimed_at', 'the session that loaded it'),
  ('import_id', 'numbered as they come; the name of the export is compared instead')
), subject AS (
  SELECT c.oid, format('%I.%I', n.nspname, c.relname) AS name
    FROM pg_class AS c
    JOIN pg_namespace AS n ON n.oid = c.relnamespace
   WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^(pg_|information_schema)' AND n.nspname !~ '^user_\d+$'
     AND EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = c.oid AND a.attname = 'user_id' AND NOT a.attisdropped)
     -- Partitions and chunks are read through their parent.
     AND NOT EXISTS (SELECT FROM pg_inherits AS i WHERE i.inhrelid = c.oid)
     AND NOT EXISTS (SELECT FROM left_out_table AS l WHERE l.name IN (format('%I.%I', n.nspname, c.relname), n.nspname || '.*'))
)
SELECT s.name,
       CASE s.name
         -- Batches may be of any size, and reach over elements of the list that belong to another kind: what must be
         -- the same is how many records they took.
         WHEN 'imports.batch' THEN format(
           'SELECT jsonb_build_object(''file_id'', file_id, ''records'', sum(records))::text
              FROM imports.batch WHERE user_id = %%s GROUP BY file_id')
         ELSE format(
           'SELECT ((to_jsonb(t) - %L::text[])%s)::text AS line FROM %s AS t WHERE t.user_id = %%s',
           (SELECT array_agg(a.attname) FROM pg_attribute AS a
             WHERE a.attrelid = s.oid AND a.attnum > 0 AND NOT a.attisdropped
               -- An identity column is numbered as rows come.
               AND (a.attidentity <> '' OR a.attname IN (SELECT l.name FROM left_out_column AS l))),
           CASE s.name WHEN 'imports.archive' THEN
             ' || jsonb_build_object(''export'', (SELECT i.export FROM imports.import AS i WHERE i.user_id = t.user_id AND i.id = t.import_id))'
           ELSE '' END,
           s.name)
       END AS statement
  FROM subject AS s
 ORDER BY s.name;
