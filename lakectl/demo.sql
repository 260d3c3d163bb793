-- The four answers of the demo, shown with the SQL that gives them. README shows the same.

-- name: Where were you most?
SELECT name, count(*) AS visits, date_trunc('minute', sum(end_at - at)) AS spent
  FROM user_data.place_visit
 WHERE name IS NOT NULL
 GROUP BY name
 ORDER BY visits DESC
 LIMIT 5

-- name: What happened on the last day?
SELECT to_char(at, 'HH24:MI') AS at, entity, title, detail
  FROM lake.timeline
 WHERE at >= (SELECT date_trunc('day', max(at)) FROM user_data.place_visit)
 ORDER BY timeline.at
 LIMIT 12

-- name: What did you watch most?
SELECT title, channel, count(*) AS times
  FROM user_data.activity
 WHERE product = 'YouTube' AND channel IS NOT NULL
 GROUP BY title, channel
 ORDER BY times DESC, title
 LIMIT 5

-- name: What was that noodle place again?
SELECT title, entity, at::date AS day, match
  FROM lake.search('where did we eat ramen', 5)
