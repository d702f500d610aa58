"""Chinese figures with a comma after each three digits, as banks and offices write them; Django has none."""

THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
