"""Housing loans, from application to settlement."""
