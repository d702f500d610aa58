"""The sections of the month report, in their order: each knows its rows and how they are printed."""

from reports.sections import (
    activities,
    ahead,
    anomalies,
    breakdown,
    changes,
    coming,
    completeness,
    coverage,
    examples,
    groups,
    honours,
    hosts,
    methods,
    money,
    obligations,
    overview,
    problems,
    programmes,
    sources,
    standing,
    stars,
    stations,
    supplies,
    targets,
    territory,
    times,
    told,
    trend,
    units,
    unopened,
    wishes,
)
from reports.sections.base import Section
from reports.summaries import Part
from reports.sums import BY_MONTH, RANKING, TIMES, TOTALS, VISITS

SECTIONS: dict[str, Section] = {
    section.key: section
    for section in (
        overview.SECTION,
        methods.SECTION,
        completeness.SECTION,
        units.UNITS,
        territory.SECTION,
        standing.SECTION,
        units.OPERATORS,
        hosts.SECTION,
        programmes.SECTION,
        trend.SECTION,
        times.SECTION,
        groups.SECTION,
        coverage.COVERAGE,
        coverage.BLANK,
        activities.SECTION,
        supplies.SECTION,
        wishes.SECTION,
        obligations.SECTION,
        told.FEEDBACK,
        told.FINDINGS,
        anomalies.SECTION,
        unopened.SECTION,
        problems.SECTION,
        changes.SECTION,
        stars.SECTION,
        targets.SECTION,
        money.SECTION,
        examples.SECTION,
        honours.SECTION,
        ahead.SECTION,
        coming.SECTION,
        stations.SECTION,
        sources.SECTION,
    )
}
"""By the name of their rows among the frozen ones."""

PARTS: dict[str, Part] = {
    part.key: part
    for part in (
        *(TOTALS, BY_MONTH, VISITS, TIMES, RANKING),
        *(
            breakdown.LINES,
            completeness.CLASSED,
            programmes.BORNE,
            programmes.SEVERAL,
            problems.GAPS,
            unopened.UNOPENED,
        ),
    )
}
"""Of what the sections are made, by the name under which it is kept."""
