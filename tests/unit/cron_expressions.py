"""Lets hypothesis make up cron expressions of EventBridge."""

from hypothesis import strategies as st

MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]


def field(least: int, most: int, names: list[str] | None = None) -> st.SearchStrategy[str]:
    values = st.integers(least, most).map(str)
    if names:
        values |= st.sampled_from(names)
    ranges = st.tuples(values, values).map("-".join)
    steps = st.tuples(st.just("*") | values | ranges, st.integers(1, most).map(str)).map("/".join)
    lists = st.lists(values | ranges | steps, min_size=1, max_size=3).map(",".join)
    return st.just("*") | values | lists


minutes = field(0, 59)
hours = field(0, 23)
months = field(1, 12, MONTHS)
years = st.just("*") | st.sampled_from(["2024-2031", "2026/3", "*/2", "2026,2028", "2027"])
days_of_month = st.lists(
    field(1, 31)
    | st.sampled_from(["L", "LW", "L-3", "L-29"])
    | st.integers(1, 31).map(lambda day: f"{day}W"),
    min_size=1,
    max_size=2,
).map(",".join)
weekdays = st.integers(1, 7).map(str) | st.sampled_from(WEEKDAYS)
days_of_week = (
    field(1, 7, WEEKDAYS)
    | st.just("L")
    | weekdays.map(lambda day: f"{day}L")
    | st.tuples(weekdays, st.integers(1, 5).map(str)).map("#".join)
)
days = st.tuples(days_of_month, months, st.just("?")) | st.tuples(st.just("?"), months, days_of_week)


def expressions(
    minutes: st.SearchStrategy[str] = minutes, hours: st.SearchStrategy[str] = hours
) -> st.SearchStrategy[str]:
    """The six fields, without `cron(` and `)`."""
    return st.tuples(minutes, hours, days.map(" ".join), years).map(" ".join)
