"""QR codes (`qr`), what a page shows as plain values (`sheets`), and the process that turns them into PDF and PNG (`press`)."""
