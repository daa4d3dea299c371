"""监管回溯档案 as a BagIt package: its catalogue, the writer, and a verifier that runs alone."""
