"""`python -m ui.web PORT`: the pages in the foreground."""

import logging
import sys

from models.kernel.storage.privacy import owner_only
from ui.installation import read_settings
from ui.web.server import serve

logging.basicConfig(stream=sys.stderr, format="%(asctime)s %(name)s %(levelname)s %(message)s")
logging.getLogger("uvicorn.access").disabled = True
with owner_only():
    serve(read_settings(), int(sys.argv[1]))
