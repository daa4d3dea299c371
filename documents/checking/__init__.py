"""What `documents.check` is made of: reading any docx, finding a paper's elements, comparing with the standard."""
