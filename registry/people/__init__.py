"""How people sign in and stay signed in: credentials, identity providers, sessions. Secrets are sealed in rows."""
