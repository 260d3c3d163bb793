-- CREATE OR REPLACE FUNCTION with other argument types leaves the old function behind, and calls then go to either.
-- Overloads that are meant are listed here.
WITH meant (function) AS (
  VALUES (NULL::text)
)
SELECT 'overloads' AS lint, format('%I.%I', n.nspname, p.proname) AS object,
       'there are several: ' || string_agg(p.oid::regprocedure::text, ' and ' ORDER BY p.oid) AS problem,
       'Drop what is left over, or list it in db/lint/overloads.sql.' AS remedy
  FROM pg_proc AS p
  JOIN pg_namespace AS n ON n.oid = p.pronamespace
 WHERE n.nspname NOT IN ('ext', 'partman', 'public')
   AND has_schema_privilege('lake_owner', n.oid, 'CREATE') AND n.nspname !~ '^user_[1-9]'
   AND format('%I.%I', n.nspname, p.proname) NOT IN (SELECT m.function FROM meant AS m WHERE m.function IS NOT NULL)
 GROUP BY n.nspname, p.proname
HAVING count(*) > 1
 ORDER BY 2
