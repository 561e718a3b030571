"""短信: what goes to a telephone, once for each purpose, through a gateway that confirms it."""
