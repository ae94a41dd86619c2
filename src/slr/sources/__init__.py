"""Places that are searched: one file each, what each must state in ``base``, their names in ``registry``."""
