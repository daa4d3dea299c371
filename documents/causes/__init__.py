"""致因图: the picture of causes, from frozen facts to boxes and lines, and these as SVG and as a drawing of a docx."""
