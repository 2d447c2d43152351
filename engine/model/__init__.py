"""The nouns of the engine: frozen values that know no database and no clock."""
