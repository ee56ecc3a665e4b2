"""The steps from an empty database to the newest schema, in order. A step that has been released is never changed."""
