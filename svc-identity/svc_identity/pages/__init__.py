"""The pages of the provider itself: sign in, allow a client, sign out. Server-rendered, no script."""
