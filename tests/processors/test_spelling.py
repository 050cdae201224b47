from processors.spelling import meant


def test_the_nearest_name_or_all_of_them() -> None:
    assert meant("procesors", ["processors", "attributes"]) == "did you mean “processors”?"
    assert meant("zzz", ["processors", "attributes"]) == "known: attributes, processors"
