"""From trees to index notation: what each symbol, script, product and derivative means in its document."""
