-- lake.cell is one to one; lake.cells_near covers every point of a circle, anywhere on Earth.
BEGIN;
SELECT plan(10);

SELECT is(lake.cell(-900000000, -1800000000), 0::bigint, 'the south-west corner is nought');
SELECT is(lake.cell(900000000, 1800000000), 18000 * 360000000100000 + 3600000000 * 100000, 'the north-east corner fits');
SELECT is(lake.cell(NULL, 0), NULL, 'no latitude, no cell');
SELECT is(lake.cell(525200000, 134000000) / 360000000100000, lake.cell(525299999, 134099999) / 360000000100000,
          'positions of one hundredth of a degree of latitude are in one strip');
SELECT isnt(lake.cell(525200000, 134050000), lake.cell(525200001, 134050000), 'the smallest step north is another cell');

SELECT setseed(0.42);
CREATE TEMP TABLE spot AS
SELECT lat, lon FROM (
  SELECT round((random() * 1800000000 - 900000000)::numeric)::bigint, round((random() * 3600000000 - 1800000000)::numeric)::bigint
    FROM generate_series(1, 3000)
  UNION ALL  -- thick around the centres below
  SELECT least(900000000, greatest(-900000000, c.lat + round(((random() - 0.5) * 2000000)::numeric)::bigint)),
         (c.lon + round(((random() - 0.5) * 4000000)::numeric)::bigint + 5400000000) % 3600000000 - 1800000000  -- round the world
    FROM (VALUES (525200000, 134050000), (0, 0), (-170000000, 1799990000), (650000000, -1799995000), (899000000, 100000000),
                 (-900000000, 0), (800000000, 1700000000)) AS c(lat, lon), generate_series(1, 300)
) AS s(lat, lon);
SELECT is((SELECT count(DISTINCT lake.cell(lat, lon)) FROM spot), (SELECT count(*) FROM (SELECT DISTINCT lat, lon FROM spot) AS s),
          'one number per position');

CREATE TEMP TABLE circle AS
SELECT c.lat::float8, c.lon::float8, r.radius::float8, ST_Point(c.lon::float8, c.lat::float8, 4326)::geography AS middle
  FROM (VALUES (52.52, 13.405), (0, 0), (-17, 179.999), (65, -179.9995), (89.9, 10), (-90, 0), (80, 170), (12.3, 179.5)) AS c(lat, lon)
 CROSS JOIN (VALUES (0.0), (1.0), (150.0), (5000.0), (20000.0)) AS r(radius);
CREATE TEMP TABLE missed AS
SELECT c.lat, c.lon, c.radius, s.lat AS spot_lat, s.lon AS spot_lon
  FROM circle AS c
  JOIN spot AS s ON ST_DWithin(ST_Point(s.lon / 1e7::float8, s.lat / 1e7::float8, 4326)::geography, c.middle, c.radius)
 WHERE NOT EXISTS (SELECT FROM lake.cells_near(c.lat, c.lon, c.radius) AS n
                    WHERE lake.cell(s.lat, s.lon) BETWEEN n.first_cell AND n.last_cell);
SELECT is((SELECT count(*) FROM missed), 0::bigint, 'no point of a circle is missed: inland, at the date line, at the poles');
SELECT ok((SELECT count(*) FROM spot AS s WHERE ST_DWithin(ST_Point(s.lon / 1e7::float8, s.lat / 1e7::float8, 4326)::geography,
                                                           ST_Point(179.999, -17, 4326)::geography, 5000)) > 2,
          'there are points to miss');
SELECT ok((SELECT sum(last_cell - first_cell + 1) FROM lake.cells_near(52.52, 13.405, 500)) < 30::numeric * 10000000000,
          'a small circle is a few squares');
CREATE TEMP TABLE ranges AS SELECT c.*, n.*, row_number() OVER () AS id FROM circle AS c, lake.cells_near(c.lat, c.lon, c.radius) AS n;
SELECT ok((SELECT bool_and(a.last_cell < b.first_cell OR b.last_cell < a.first_cell)
             FROM ranges AS a JOIN ranges AS b USING (lat, lon, radius) WHERE a.id < b.id),
          'ranges do not overlap, so that a join finds each point once');

SELECT * FROM finish();
ROLLBACK;
