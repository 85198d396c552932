"""Names of time zones as products have them, as those of the IANA database.

Zendesk and Freshworks name zones as Ruby on Rails does: a table of facts from `ActiveSupport::TimeZone::MAPPING`
(https://api.rubyonrails.org/classes/ActiveSupport/TimeZone.html). Microsoft's products name them as Windows does, by
the Unicode CLDR's table, which comes with the library `icalendar`.
"""

from __future__ import annotations

from slaclock.errors import MissingExtraError, UnknownZoneError
from slaclock.temporal.instants import find_zone, iana_of_windows

_CITIES = {
    "Africa": "Cairo Casablanca Harare Monrovia Nairobi",
    "America": (
        "Bogota Caracas Chihuahua La_Paz Lima Mazatlan Mexico_City Monterrey Montevideo Puerto_Rico Santiago Tijuana"
    ),
    "Asia": (
        "Almaty Baghdad Baku Bangkok Chongqing Dhaka Hong_Kong Irkutsk Jakarta Jerusalem Kabul Kamchatka "
        "Karachi Kathmandu Kolkata Krasnoyarsk Kuala_Lumpur Kuwait Magadan Muscat Novosibirsk Riyadh Seoul "
        "Singapore Srednekolymsk Taipei Tashkent Tbilisi Tehran Tokyo Urumqi Vladivostok Yakutsk Yerevan"
    ),
    "Atlantic": "Azores",
    "Australia": "Adelaide Brisbane Darwin Hobart Melbourne Perth Sydney",
    "Europe": (
        "Amsterdam Athens Belgrade Berlin Bratislava Brussels Bucharest Budapest Copenhagen Dublin Helsinki Istanbul "
        "Kaliningrad Lisbon Ljubljana London Madrid Minsk Moscow Paris Prague Riga Rome Samara Sarajevo Skopje Sofia "
        "Stockholm Tallinn Vienna Vilnius Volgograd Warsaw Zagreb Zurich"
    ),
    "Pacific": "Auckland Fiji Guam Port_Moresby",
}
_OTHERS = {
    "Abu Dhabi": "Asia/Muscat", "Alaska": "America/Juneau", "American Samoa": "Pacific/Pago_Pago",
    "Arizona": "America/Phoenix", "Astana": "Asia/Almaty",
    "Atlantic Time (Canada)": "America/Halifax", "Beijing": "Asia/Shanghai", "Bern": "Europe/Zurich",
    "Brasilia": "America/Sao_Paulo", "Buenos Aires": "America/Argentina/Buenos_Aires", "Canberra": "Australia/Canberra",
    "Cape Verde Is.": "Atlantic/Cape_Verde", "Central America": "America/Guatemala",
    "Central Time (US & Canada)": "America/Chicago", "Chatham Is.": "Pacific/Chatham", "Chennai": "Asia/Kolkata",
    "Eastern Time (US & Canada)": "America/New_York", "Edinburgh": "Europe/London",
    "Ekaterinburg": "Asia/Yekaterinburg",
    "Georgetown": "America/Guyana", "Greenland": "America/Nuuk", "Guadalajara": "America/Mexico_City",
    "Hanoi": "Asia/Bangkok", "Hawaii": "Pacific/Honolulu", "Indiana (East)": "America/Indiana/Indianapolis",
    "International Date Line West": "Etc/GMT+12", "Islamabad": "Asia/Karachi", "Kyiv": "Europe/Kiev",
    "Marshall Is.": "Pacific/Majuro", "Mid-Atlantic": "Atlantic/South_Georgia",
    "Midway Island": "Pacific/Midway", "Mountain Time (US & Canada)": "America/Denver", "Mumbai": "Asia/Kolkata",
    "New Caledonia": "Pacific/Noumea", "New Delhi": "Asia/Kolkata", "Newfoundland": "America/St_Johns",
    "Nuku'alofa": "Pacific/Tongatapu", "Osaka": "Asia/Tokyo", "Pacific Time (US & Canada)": "America/Los_Angeles",
    "Pretoria": "Africa/Johannesburg", "Quito": "America/Lima", "Rangoon": "Asia/Rangoon", "Samoa": "Pacific/Apia",
    "Sapporo": "Asia/Tokyo", "Saskatchewan": "America/Regina", "Solomon Is.": "Pacific/Guadalcanal",
    "Sri Jayawardenepura": "Asia/Colombo", "St. Petersburg": "Europe/Moscow", "Tokelau Is.": "Pacific/Fakaofo",
    "Ulaanbaatar": "Asia/Ulaanbaatar", "Wellington": "Pacific/Auckland",
    "West Central Africa": "Africa/Algiers",
}  # fmt: skip
RAILS = {
    city.replace("_", " "): f"{area}/{city}" for area, cities in _CITIES.items() for city in cities.split()
} | _OTHERS
"""The names of Ruby on Rails."""


def zone_name(name: str) -> str:
    """The IANA name of a zone, given as such, as Rails has it, or as Windows has it.

    >>> zone_name("Eastern Time (US & Canada)"), zone_name("W. Europe Standard Time"), zone_name("Europe/London")
    ('America/New_York', 'Europe/Berlin', 'Europe/London')

    Raises `UnknownZoneError` for any other, and `MissingExtraError` for a name that Windows may have where the library
    with its names is not installed.
    """
    if name in RAILS:
        return RAILS[name]
    try:
        return find_zone(name).key
    except UnknownZoneError as error:
        windows = _windows(name)
        if windows is None:
            remedy = "give a name of the IANA database, of Rails or of Windows, such as Europe/London"
            raise UnknownZoneError(error.problem, remedy, value=name) from None
        return windows


def given_zone(value: object) -> object:
    """A value of `timezone` as the IANA name of the zone; what is no text is left for its field to refuse."""
    return zone_name(value) if isinstance(value, str) else value


def _windows(name: str) -> str | None:
    try:
        return iana_of_windows(name)
    except ImportError:
        if name.endswith(" Time"):
            raise MissingExtraError.for_extra("icalendar", "ical") from None
        return None
