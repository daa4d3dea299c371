"""What happens by itself: short, repeatable Prefect flows and the clock."""

import os
import warnings

from flows.environment import prepare
from models.kernel.settings import Settings

# Here and nowhere later: Prefect reads its environment once, when it is first imported, and every file of this
# room that imports Prefect imports this package before.
_settings = Settings()
_auth = _settings.prefect_auth
prepare(os.environ, _settings.home.absolute(), None if _auth is None else _auth.get_secret_value())
# Who only rehearses or asks for help has no home yet, and importing must not make one; Prefect would complain.
warnings.filterwarnings("ignore", message="Failed to create the Prefect home directory")
