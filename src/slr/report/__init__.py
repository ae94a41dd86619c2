"""What people read: pictures and reports written from a review."""
