"""What the product is made of: a bill of materials (`make sbom`), and whether a part is known to be weak (`make audit`)."""
