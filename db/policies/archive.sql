-- Users see the catalogue of their own bytes; imports.keep_blob writes it. Nobody learns of which sizes others have files.
SELECT ops.isolate('archive.blob');
