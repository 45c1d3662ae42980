"""How much anybody may ask of the registry, how often they may fail to sign in, and where it may go itself."""
