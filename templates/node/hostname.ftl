[=name]
