"""Machines that sign in elsewhere: access tokens of other issuers, and the certificates that tokens are bound to."""
