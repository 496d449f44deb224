"""Raw objects: one asset per object that a connector loads."""
