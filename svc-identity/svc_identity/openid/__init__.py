"""OneDoor as an OpenID provider: OAuth 2.0 (RFC 6749, 7009, 7523, 7636, 8707, 9068, 9207) and OpenID Connect Core."""
