-- Users see the catalogue of their own bytes; imports.keep_blob writes it.
SELECT ops.isolate('archive.blob');
