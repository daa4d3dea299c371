"""GB/T 9704-2012 on A4: the page, its paragraphs and tables, and the package that holds them."""
