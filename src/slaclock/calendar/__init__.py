"""When a desk is open: weekly hours, holidays, special days, and calendars made of others."""

from . import combined as combined  # so that calendars can be combined whichever of them is imported first
