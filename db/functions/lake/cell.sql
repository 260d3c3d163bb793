-- Positions as numbers: the index on place that row-level security can use.

CREATE OR REPLACE FUNCTION lake.cell(p_latitude_e7 bigint, p_longitude_e7 bigint) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
AS $$
  SELECT (p_latitude_e7 + 900000000) / 100000 * 360000000100000 + (p_longitude_e7 + 1800000000) * 100000
         + (p_latitude_e7 + 900000000) % 100000
$$;
COMMENT ON FUNCTION lake.cell(bigint, bigint) IS
  'A position, in 1e-7 degrees, as one number: which hundredth of a degree of latitude (a strip round the Earth, from '
  'the south pole), then the longitude, then the rest of the latitude. One to one within ±90° and ±180°.';
GRANT EXECUTE ON FUNCTION lake.cell(bigint, bigint) TO lake_user, lake_service;

CREATE OR REPLACE FUNCTION lake.cells_near(p_latitude double precision, p_longitude double precision,
                                           p_radius_m double precision)
RETURNS TABLE (first_cell bigint, last_cell bigint)
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
-- As many as a circle of 500 m has: a higher estimate makes the planner read all positions instead.
ROWS 2
AS $$
  -- One range a strip; where the circle crosses the date line, two; near a pole, all the way round.
  SELECT strip.n * 360000000100000 + lon.first * 100000, strip.n * 360000000100000 + lon.last * 100000 + 99999
  FROM (SELECT p_radius_m / 110000.0,
               CASE WHEN abs(p_latitude) + p_radius_m / 110000.0 < 89.9
                    THEN p_radius_m / (110000.0 * cos(radians(abs(p_latitude) + p_radius_m / 110000.0))) END)
         AS near(latitude, longitude),
       LATERAL (SELECT near.latitude, CASE WHEN near.longitude < 179 THEN near.longitude ELSE 180 END,
                       CASE WHEN near.longitude < 179 THEN p_longitude ELSE 0 END)
         AS reach(latitude, longitude, middle),
       generate_series(greatest(0, floor((p_latitude - reach.latitude + 90) * 100)::bigint),
                       least(18000, floor((p_latitude + reach.latitude + 90) * 100)::bigint)) AS strip(n),
       LATERAL (SELECT greatest(0, floor((reach.middle - reach.longitude + 180) * 1e7)::bigint),
                       least(3600000000, ceil((reach.middle + reach.longitude + 180) * 1e7)::bigint)
                UNION ALL
                SELECT floor((reach.middle - reach.longitude + 540) * 1e7)::bigint, 3600000000
                 WHERE reach.middle - reach.longitude < -180
                UNION ALL
                SELECT 0, ceil((reach.middle + reach.longitude - 180) * 1e7)::bigint
                 WHERE reach.middle + reach.longitude > 180) AS lon(first, last)
$$;
COMMENT ON FUNCTION lake.cells_near(double precision, double precision, double precision) IS
  'Ranges of lake.cell that cover a circle (degrees, degrees, metres): join timeseries.location on '
  'cell BETWEEN first_cell AND last_cell, then test ST_DWithin(pos, …) for the exact circle.';
GRANT EXECUTE ON FUNCTION lake.cells_near(double precision, double precision, double precision) TO lake_user, lake_service;
