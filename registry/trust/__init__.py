"""The trust list: which keys speak for whom, signed by k of n jurisdictions as TUF metadata."""
