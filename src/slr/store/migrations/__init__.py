"""The numbered steps of the store's schema; one that was released is never changed."""
