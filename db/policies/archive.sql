-- Users see the catalogue of their own bytes; imports.keep_blobs writes it. There are no statistics of sizes.
SELECT ops.isolate('archive.blob');
