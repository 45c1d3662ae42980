"""Court systems whose deliveries are read: one file a jurisdiction, found by scan."""
