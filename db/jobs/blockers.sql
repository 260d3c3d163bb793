-- A user who locks a table keeps others waiting for a minute and no longer.
SELECT ops.schedule_job('blockers', '* * * * *', 'SELECT ops.end_blockers()');
