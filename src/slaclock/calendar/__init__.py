"""When a desk is open: weekly hours, holidays, special days, and calendars made of others."""

# So that every kind of calendar is known by its name, whichever of them is imported first.
from . import combined as combined
from . import working_calendar as working_calendar
