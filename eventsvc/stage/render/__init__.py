"""What runs when (`running`), codes to scan (`qr`)."""
