"""English as it is read in China: the week begins on Monday, the day has 24 hours, and figures of a date go by size.

Dates in words are written as the browser writes them in British English (`static/js/texts.js`).
"""

FIRST_DAY_OF_WEEK = 1
DATE_FORMAT = "j M Y"
MONTH_DAY_FORMAT = "j M"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j M Y, H:i"
SHORT_DATE_FORMAT = "Y-m-d"
SHORT_DATETIME_FORMAT = "Y-m-d H:i"
