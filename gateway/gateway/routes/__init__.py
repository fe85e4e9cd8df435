"""What the gateway answers itself: sign-in and sign-out, the API reference; the pages are in `gateway.portal`."""
