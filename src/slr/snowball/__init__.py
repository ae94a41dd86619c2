"""The stage of citation searching, backward and forward, from the included works."""
