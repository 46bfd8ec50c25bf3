"""What the charts show, as numbers."""

import pytest

from claimtrack.publisher.join import load
from claimtrack.publisher.site import charts
from tests.tools.example import Example
from tests.tools.site import built
from tests.tools.support import kept


def test_rights_are_counted_by_basis(dataset):
    rows = dataset.tables["item_rights"].rows
    active = {item.id for item in dataset.items if not item.retired}
    for bar in charts.rights(dataset):
        mine = [
            row for row in rows if row["right_id"] == bar.right.id and (row["claim_id"] or row["call_id"]) in active
        ]
        assert bar.named + bar.inferred == bar.claims + bar.calls == len(mine)
        assert bar.named == sum(row["basis"] == "named" for row in mine)


def test_timeline_holds_every_dated_finding(dataset):
    timeline = charts.timeline(dataset)
    sourced = [
        row for item in dataset.items if not item.retired for row in (*item.evidence, *item.follow_ups) if row.source
    ]
    assert sum(lane.total + lane.undated for lane in timeline.lanes) == len(sourced)
    for lane in timeline.lanes:
        assert len(lane.bins) == timeline.size and sum(lane.years.values()) == lane.total
        by_year = {}
        for place, number in enumerate(lane.bins):
            year = timeline.label(place)[0]
            by_year[year] = by_year.get(year, 0) + number
        assert {year: number for year, number in by_year.items() if number} == lane.years


def test_package_without_dates_has_no_timeline(good: Example, tmp_path):
    for n in range(1, 9):
        good.set("evidence", f"EX01-E{n:03}", "event_date", "")
    good.drop("follow_ups", "EX01-F001")
    good.set("follow_ups", "EX01-F002", "source_id", "")
    assert charts.timeline(load(kept(good.folder))) is None
    assert not built(good, tmp_path).xpath("//*[@id='time'] | //a[@href='#time']")


@pytest.mark.parametrize(
    ("date", "year"),
    [
        ("2023", 2024),
        ("2023-01-01", 2023),
        ("1985-01-14/2023-08-22", 2023.6),
        ("1998/", 1998),
        ("/2020-01-01", 2020),
        ("2021-12~", 2022),
        ("0000", 1),
    ],
)
def test_place_in_time(date, year):
    assert charts.moment(date) == pytest.approx(year, abs=0.05)
