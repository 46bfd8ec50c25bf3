"""What the site shows: every item, in its order, with all that the tables say of it."""

from functools import cache

from claimtrack.publisher.join import load
from claimtrack.publisher.site import charts
from claimtrack.publisher.site.addresses import file_of
from tests.tools.example import Example
from tests.tools.site import built, cards, records, text_of
from tests.tools.support import kept


def test_every_item_has_a_card_and_a_page(dataset, pages, folder):
    found = cards(folder)
    assert found.keys() == {item.id for item in dataset.items}
    for item in dataset.items:
        (own,) = pages[file_of(item.kind, item.id)].xpath("//article")
        for card in (found[item.id], own):
            assert card.get("id") == item.id and text_of(card.xpath(".//h3")[0]) == item.text
            assert set(card.xpath(".//li/@id")) == {
                row.id for row in (*item.evidence, *item.follow_ups, *item.criteria, *item.responses)
            }
            shown = text_of(card)
            assert all(one.criterion in shown for one in item.criteria)
            assert all(one.actor.title in shown and one.answer.label in shown for one in item.responses)
            for row in (*item.evidence, *item.follow_ups, *item.responses):
                assert row.finding in shown and (not row.source or row.source.publisher in shown)
            assert all(part.actor.title in shown for part in item.participants)
            assert all(one.right.label in shown for one in item.rights)
            assert item.voice.label in shown and (not item.hedge or item.hedge.label in shown)


def test_related_items_are_told_in_words(dataset, folder):
    texts = {item.id: item.text for item in dataset.items}
    for item in dataset.items:
        shown = text_of(cards_of(folder)[item.id])
        assert all(texts[ground.item_id] in shown for ground in item.grounds)


@cache
def cards_of(folder):
    return cards(folder)


def test_codes_have_their_definitions_for_every_reader(dataset, folder):
    """On hover, on focus and on a tap: what has a definition can be reached by the keyboard."""
    (told,) = {
        (one.get("tabindex"), one.get("aria-description"))
        for one in cards_of(folder)[dataset.claims[0].id].xpath(".//*[@class='code']")
        if text_of(one) == dataset.claims[0].voice.label
    }
    assert told == ("0", dataset.claims[0].voice.definition)


def test_items_stand_in_the_order_of_the_statement(dataset, folder):
    first = {item.id: min(item.segment_ids) for item in dataset.items if item.segment_ids}
    shown = [first[record["id"]] for record in records(folder) if record["id"] in first]
    assert shown == sorted(shown)


def test_every_actor_and_source_has_a_page_with_all_that_they_say(dataset, pages):
    for actor in dataset.actors:
        shown = text_of(pages[file_of("actor", actor.id)].xpath("//main")[0])
        assert actor.title in shown
        for item in dataset.items:
            said = [row for row in (*item.evidence, *item.follow_ups) if row.said_by == actor]
            said += [row for row in item.responses if row.actor == actor]
            assert all(row.id in shown and row.finding in shown for row in said)
            assert actor not in [part.actor for part in item.participants] or item.text in shown
    for source in dataset.sources:
        shown = text_of(pages[file_of("source", source.id)].xpath("//main")[0])
        rows = [row for item in dataset.items for row in (*item.evidence, *item.follow_ups, *item.responses)]
        assert all(row.id in shown for row in rows if row.source == source) and source.url in pages[
            file_of("source", source.id)
        ].xpath("//main//a/@href")


def test_actors_are_listed_with_how_many_items_name_them(dataset, pages):
    for actor in dataset.actors:
        told = pages["actors.html"].xpath(f"//tr[@id='actor-{actor.id}']/td[@class='number']")
        assert text_of(told[0]) == str(sum(actor in item.everybody for item in dataset.items) or "–")


def test_it_says_who_coded(dataset, pages):
    (told,) = pages["index.html"].xpath("//*[@class='coders']")
    used = {row["coder"] for row in dataset.tables["codings"].rows}
    assert used and all(code.definition in text_of(told) for code in dataset.codes["coder"] if code.code in used)


def test_retired_item_keeps_its_card_and_is_counted_nowhere(good: Example, tmp_path):
    page = built(good, tmp_path)
    assert cards(tmp_path / "site")["EX01-C008"].xpath(".//p[@class='retired']")
    dataset = load(kept(good.folder))
    active = {item.id for item in dataset.items if not item.retired}
    covered = charts.coverage(dataset, dataset.statements[0])
    assert [one.claims + one.calls for one in covered] == [len(active & set(one.segment.item_ids)) for one in covered]
    figure = text_of(page.xpath("//dl[@class='figures']/div[dt='claims']/dd")[0])
    assert int(figure) == sum(item.kind == "claim" for item in dataset.items if item.id in active)
