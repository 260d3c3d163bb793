-- Chunks have no policies: their schema is closed to users, and they read through the hypertable only.
SELECT ops.isolate('timeseries.location', true);
SELECT ops.isolate('timeseries.metric', true);
REVOKE ALL ON SCHEMA timeseries_chunks FROM PUBLIC, lake_user, lake_service;
