"""Line drawings of our own: one list of marks, written as SVG for a page and as EMF for a paper."""
