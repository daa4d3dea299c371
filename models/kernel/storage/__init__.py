"""Where things are kept: the database, the file store, kinds and sizes of files, and who may open them."""
