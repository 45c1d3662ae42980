"""Who must be told: rules, the processes that follow from them, and the way out to protected persons."""
