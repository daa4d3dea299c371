"""Facts in the browser: which sheets stand on which part of a case page, and the routes by which they are read and saved."""
