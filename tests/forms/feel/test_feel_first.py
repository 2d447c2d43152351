"""The shortest proof that expressions and unary tests are read and evaluated."""

from decimal import Decimal

from forms.feel import parse_expression, parse_unary_tests


def test_an_expression_reads_names_with_spaces_from_its_scope():
    expression = parse_expression("order total * 2 > 10", names=["order total"])
    assert expression.names == {"order total"}
    assert expression.evaluate({"order total": Decimal(6)}).value is True


def test_unary_tests_match_a_value():
    tests = parse_unary_tests('<5, [10..20), "x"')
    assert [tests.matches(value, {})[0] for value in (Decimal(4), Decimal(20), "x")] == [True, None, True]
