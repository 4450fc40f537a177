[=key]
