"""The exact engine at speed: thousands of units at once, the same totals, ranks and bands as the explained one's."""
