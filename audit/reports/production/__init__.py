"""A production: found events handed over in the forms that others read, each with its proof."""
