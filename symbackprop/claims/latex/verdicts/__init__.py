"""What becomes of claims: both sides in one notation, the verdict, the diagnosis, the mended line."""
