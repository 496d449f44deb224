"""The `postsale` command line."""
