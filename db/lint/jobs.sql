-- A job is named after its file in db/jobs: what has no file would run for ever and be found by nobody.
SELECT 'jobs' AS lint, j.name AS object, 'the job has no file' AS problem,
       format('Name the file db/jobs/%s.sql (or .sql.j2), or drop the job.', j.name) AS remedy
  FROM ops.job AS j
 WHERE NOT EXISTS (SELECT FROM ops.applied AS a
                    WHERE a.path IN (format('db/jobs/%s.sql', j.name), format('db/jobs/%s.sql.j2', j.name)))
 ORDER BY 2
