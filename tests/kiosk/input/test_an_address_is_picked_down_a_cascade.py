from kiosk.input import divisions


def test_from_the_country_to_the_township() -> None:
    assert len(divisions.children()) == 34
    assert divisions.written("610117") == "陕西省西安市高陵区"
    assert [one.name for one in divisions.path("610117001")][:3] == ["陕西省", "西安市", "高陵区"]
    assert all(one.code.startswith("610117") for one in divisions.children("610117"))


def test_every_place_leads_back_to_itself_and_only_few_have_nothing_below() -> None:
    bare, count = [], 0
    for province in divisions.children():
        for city in divisions.children(province.code):
            for county in divisions.children(city.code):
                if len(county.code) == 6:
                    count += 1
                    assert divisions.path(county.code)[-1] == county
                    bare += [county.code] if not divisions.children(county.code) else []
    assert count > 2700
    assert bare == ["460302", "460303"]


def test_municipalities_have_counties_directly_below() -> None:
    assert divisions.path("110105")[-1].name == "朝阳区"
    assert len(divisions.path("110105")) == 2


def test_cities_without_counties_have_townships_below() -> None:
    assert divisions.path("441900003")[-1].name == "东城街道"


def test_the_initials_of_a_name_find_it() -> None:
    found = divisions.beginning(divisions.children("61"), "xa")
    assert [one.name for one in found] == ["西安市"]
    assert [one.name for one in divisions.beginning(divisions.children(), "CQ")] == ["重庆市"]


def test_a_code_there_is_not_has_no_path() -> None:
    for code in ("", "99", "619999", "61011", "6101170019"):
        assert divisions.path(code) == ()
        assert divisions.children("x" + code) == ()
