"""The gateway: sign-in sessions for browsers, the way to every service, and the portal."""
