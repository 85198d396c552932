"""`python -m slaclock`."""

import sys

from .cli import main

sys.exit(main())
