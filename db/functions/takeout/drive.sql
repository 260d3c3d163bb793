-- Files of a user's own, whatever they look like: a Records.json in Drive is no location history.
CALL imports.register_document('drive', 'Drive', 'bytes', ARRAY['(^|/)Takeout/(Drive|Google Drive)/']);
