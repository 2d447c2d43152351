"""FEEL through decisions: expressions and what they give, topic by topic of clause 10.3 of DMN 1.5."""

import pytest

from bpmn.decisions import evaluate, read_decisions
from forms.feel import parse_expression
from tests.bpmn.decisions.writing import decision, file

TOPICS = {
    "numbers": r"""
number("1 000.5", " ", ".") => 1000.5
number("1,000.5", ",", ".") => 1000.5
number("1.000,5", ".", ",") => 1000.5
number("NaN") => null
number("1e3") => 1000
number("-.5") => -0.5
string(@"P1D") => "P1D"
string([1,"a",null]) => "[1, \"a\", null]"
string({a: 1, b: "x"}) => "{a: 1, b: \"x\"}"
string(null) => null
string([1..3]) => "[1..3]"
string("a") => "a"
string(true) => "true"
string(@"2024-01-01T00:00:00") => "2024-01-01T00:00:00"
decimal(1/3, 2) => 0.33
decimal(1.5, 0) => 2
decimal(2.5, 0) => 2
decimal(-1.5, 0) => -2
floor(1.5) => 1
floor(-1.56, 1) => -1.6
ceiling(-1.5) => -1
ceiling(1.56, 1) => 1.6
round up(5.5, 0) => 6
round up(-1.126, 2) => -1.13
round down(5.5, 0) => 5
round half up(5.5,0) => 6
round half up(-2.5,0) => -3
round half down(5.5, 0) => 5
round half down(-1.125, 2) => -1.12
abs(-10) => 10
abs(@"-P1D") => "P1D"
abs(@"-P1Y") => "P1Y"
modulo(12,5) => 2
modulo(-12,5) => 3
modulo(12,-5) => -3
modulo(10.1, 4.5) => 1.1
modulo(1, 0) => null
sqrt(16) => 4
sqrt(-1) => null
log(10) => 2.302585092994045684017991454684364
log(0) => null
exp(0) => 1
odd(5) => true
even(2) => true
even(0) => true
floor(null) => null
number("12.5.1") => null
number("1,0", ",", ",") => null
string(0.00000001) => "0.00000001"
string(1e10) => "10000000000"
""",
    "arguments by name": r"""
number(from: "1", grouping separator: null, decimal separator: null) => 1
any(list: [true]) => true
years and months duration(from: @"2011-12-22", to: @"2013-08-24T10:00:00") => "P1Y8M"
sort(list: [3,1,2], precedes: function(x,y) x > y) => [3,2,1]
context put(context: {a:1}, key: "a", value: 2) => {a: 2}
context put(context: {a:1}, keys: ["a"], value: 2) => {a: 2}
get value(m: {a: 1}, key: "a") => 1
range(from: "[1..2]").end => 2
round half up(n: 1.5, scale: 0) => 2
median(list: [1,2,3]) => 2
string join(list: ["a","b"], delimiter: "-") => "a-b"
substring(string: "abc", start position: 2) => "bc"
list replace(list: [1], position: 1, newItem: 2) => [2]
list replace(list: [1], match: function(item, newItem) true, newItem: 2) => [2]
matches(input: "a", pattern: "a") => true
date(from: "2024-01-01") => "2024-01-01"
date(year: 2024, month: 1, day: 2) => "2024-01-02"
time(hour: 1, minute: 2, second: 3, offset: @"PT1H") => "01:02:03+01:00"
date and time(date: @"2024-01-01", time: @"10:00:00") => "2024-01-01T10:00:00"
duration(from: "P1D") => "P1D"
modulo(dividend: 5, divisor: 3) => 2
before(point1: 1, point2: 2) => true
before(range1: [1..2], range2: [3..4]) => true
is(value1: 1, value2: 1) => true
split(string: "a,b", delimiter: ",") => ["a","b"]
overlaps(range1: [1..5], range2: [3..8]) => true
index of(list: [1], match: 1) => [1]
insert before(list: [1], position: 1, newItem: 0) => [0,1]
decimal(n: 1.26, scale: 1) => 1.3
floor(n: 1.5, scale: 0) => 1
exp(number: 0) => 1
day of year(date: @"2024-01-02") => 2
""",
    "texts": r"""
string length("\U01F40Eab") => 3
substring("foobar", 3) => "obar"
substring("foobar", 3, 3) => "oba"
substring("foobar", -2, 1) => "a"
substring("\U01F40Eab", 2) => "ab"
substring("foobar", 0) => null
substring("foobar", 10) => null
substring before("foobar", "bar") => "foo"
substring before("foobar", "xyz") => ""
substring after("foobar", "ob") => "ar"
substring after("", "a") => ""
replace("abcd", "(ab)|(a)", "[1=$1][2=$2]") => "[1=ab][2=]cd"
replace("abracadabra", "bra", "*") => "a*cada*"
replace("Abc", "a", "x", "i") => "xbc"
contains("foobar", "of") => false
matches("foobar", "^fo*b") => true
matches("a\nb", "a.b", "s") => true
split("John Doe", "\s") => ["John", "Doe"]
split("a;b;c;;", ";") => ["a","b","c","",""]
string join(["a","b","c"], "_and_") => "a_and_b_and_c"
string join(["a","b",null]) => "ab"
string join(["a"], null) => "a"
string join([]) => ""
upper case("aBc4") => "ABC4"
starts with("foobar", "fo") => true
ends with("foobar", "r") => true
string length(null) => null
lower case("ÄB") => "äb"
""",
    "operators": r"""
"\u00e9" = "é" => true
2 * @"P1Y" => "P2Y"
5 in (> 3) => true
5 in [1..3] => false
5 in (1, 5) => true
5 in ([1..3], > 4) => true
"b" in ["a".."c"] => true
1 in [2,3,1] => true
null in [null] => true
null in (null) => true
1 between 0 and 5 => true
null between 0 and 5 => null
null = null => true
1 = null => false
1 != null => true
1 = "1" => null
1 != "1" => null
true and null => null
false and null => false
true or null => true
false or null => null
true and 1 => null
not(null) => null
not(1) => null
if null then 1 else 2 => 2
if 1 then 1 else 2 => 2
1 + null => null
"a" + "b" => "ab"
"a" + 1 => null
"a" - "b" => null
1/0 => null
2 ** 3 => 8
2 ** 3 ** 2 => 64
-2 ** 2 => 4
1e3 => 1000
.5 => 0.5
10 ** -1 => 0.1
1[1] => 1
1[item = 1] => [1]
null[1] => null
 1 => 1
1 /* c */ + 1 => 2
if true then "a" else 1/0 => "a"
"a" < "b" => true
true < false => null
1 < "a" => null
if "x" = "x" then {a: 1}.a else 0 => 1
1.0 = 1.00 => true
"foo"[1] => "foo"
"\"" => "\""
"a\tb" = "a	b" => true
"a" in ("a", "b") => true
-[1] => null
-"a" => null
""",
    "lists": r"""
list contains([1,2,null], null) => true
count([]) => 0
count(null) => null
count(1) => 1
min([]) => null
min(1,2,3) => 1
max(["a","c"]) => "c"
sum([]) => null
sum(1,2) => 3
mean([]) => null
mean([1,2,3]) => 2
all([]) => true
any([]) => false
all([true,null]) => null
all([false,null]) => false
any([true,null]) => true
any([false,null]) => null
all(true) => true
all([1,true]) => null
sublist([4,5,6], 1, 2) => [4,5]
sublist([4,5,6], -2) => [5,6]
sublist([4,5,6], 4) => null
append([1], 2, 3) => [1,2,3]
append(1, 2) => [1,2]
concatenate([1,2],[3]) => [1,2,3]
insert before([1,3],1,2) => [2,1,3]
insert before([1,3],-1,2) => [1,2,3]
remove([1,2,3], 2) => [1,3]
remove([1,2,3], -1) => [1,2]
list replace([2,4,7,8], 3, 6) => [2,4,6,8]
list replace([2,4,7,8], function(item, newItem) item < newItem, 5) => [5,5,7,8]
list replace([2,4], 5, 6) => null
list replace([2,4], -1, 6) => [2,6]
reverse([1,2,3]) => [3,2,1]
index of([1,2,3,2],2) => [2,4]
index of([1,null], null) => [2]
union([1,2],[2,3]) => [1,2,3]
distinct values([1,2,3,2,1]) => [1,2,3]
distinct values([null, null, 1]) => [null, 1]
flatten([[1,2],[[3]], 4]) => [1,2,3,4]
product([2,3,4]) => 24
product([]) => null
median([8,2,5,3,4]) => 4
median([6,1,2,3]) => 2.5
median([]) => null
stddev([2,4,7,5]) => 2.081665999466132735282297706979931
stddev([47]) => null
stddev([]) => null
mode([6,3,9,6,6]) => [6]
mode([6,1,9,6,1]) => [1,6]
mode([]) => []
sort([3,1,2], function(x,y) x < y) => [1,2,3]
sort([3,1,2]) => [1,2,3]
sum("a") => null
max(1, "a") => null
count([1,null]) => 2
sum([1,null]) => null
mean(1,null) => null
concatenate([1], [2], [3]) => [1,2,3]
count([[1,2],3]) => 2
""",
    "ranges": r"""
before(1, 10) => true
before([1..10], 10) => false
before([1..10), 10) => true
before([1..10], [15..20]) => true
after(10, [1..5]) => true
meets([1..5], [5..10]) => true
meets([1..5), [5..10]) => false
met by([5..10],[1..5]) => true
overlaps([1..5],[3..8]) => true
overlaps([1..5),[5..8]) => false
overlaps before([1..5],[3..8]) => true
overlaps after([3..8],[1..5]) => true
finishes(10,[1..10]) => true
finishes([5..10],[1..10]) => true
finished by([1..10],[5..10]) => true
includes([1..10],5) => true
includes([1..10],[4..6]) => true
during(5,[1..10]) => true
starts([1..5],[1..10]) => true
starts(1,[1..10]) => true
started by([1..10],[1..5]) => true
coincides([1..5],[1..5]) => true
coincides(5,5) => true
range("[18..21]") = [18..21] => true
range("(18..21)") = (18..21) => true
range("]18..21[") = ]18..21[ => true
range("[18..)") => null
range("[\"a\"..\"c\"]") = ["a".."c"] => true
range("[@\"2024-01-01\"..@\"2024-02-01\"]").start => "2024-01-01"
range("[date(\"2024-01-01\")..date(\"2024-02-01\")]").start => "2024-01-01"
range("(..5]") = (<=5) => true
range("") => null
[1..5].start => 1
[1..5].end included => true
(>5).start included => false
(>5).end => null
(=5).start => 5
(1..5).start => 1
""",
    "dates and times": r"""
day of year(date(2019, 9, 17)) => 260
day of week(date(2019, 9, 17)) => "Tuesday"
month of year(date(2019,9,17)) => "September"
week of year(date(2019, 9, 17)) => 38
week of year(date(2005,1,1)) => 53
is(@"2012-12-25", @"2012-12-25") => true
is(@"10:00:00Z", @"10:00:00+00:00") => true
is(@"10:00:00", @"10:00:00Z") => false
is(@"2012-12-25T10:00:00", @"2012-12-25T10:00:00Z") => false
is(1, "1") => false
is(null, null) => true
is(@"23:00:50z", @"23:00:50Z") => true
date("2012-12-25") => "2012-12-25"
date("2012-12-25T00:00:00") => null
date(2012, 13, 1) => null
date(date and time("2012-12-25T11:00:00Z")) => "2012-12-25"
date(2024, 2, 29) => "2024-02-29"
date("-2012-12-25") => "-2012-12-25"
date("02012-12-25") => null
date("999999999-12-31") => "999999999-12-31"
date and time("2012-12-24T23:59:00") => "2012-12-24T23:59:00"
date and time("2012-12-24") => "2012-12-24T00:00:00"
date and time(date(2012,12,24), time(23,59,0)) => "2012-12-24T23:59:00"
date and time(@"2012-12-24T10:00:00", time(23,59,0)) => "2012-12-24T23:59:00"
date and time("2012-12-24T23:59:00@Europe/Paris") => "2012-12-24T23:59:00@Europe/Paris"
date and time("2012-12-24T23:59:00.123456789Z") => "2012-12-24T23:59:00.123456789Z"
time("23:59:00z") => "23:59:00Z"
time("23:59") => null
time(14, 30, 0, @"PT5H") => "14:30:00+05:00"
time(14, 30, 0, null) => "14:30:00"
time(14, 30, 15.5) => "14:30:15.5"
time(@"2012-12-24T23:59:00Z") => "23:59:00Z"
time(@"2012-12-24") => "00:00:00Z"
duration("P1DT1H") => "P1DT1H"
duration("P20M") => "P1Y8M"
duration("P1Y1D") => null
duration("-PT24H") => "-P1D"
years and months duration(date("2011-12-22"), date("2013-08-24")) => "P1Y8M"
years and months duration(@"2013-08-24", @"2011-12-22") => "-P1Y8M"
@"2024-01-31" + @"P1M" => "2024-02-29"
@"2024-01-31" - @"2024-01-01" => "P30D"
@"2024-01-31" + @"PT36H" => "2024-02-01"
@"10:00:00" - @"09:00:00" => "PT1H"
@"10:00:00" + @"PT15H" => "01:00:00"
@"P1D" * 2 => "P2D"
@"P1D" / @"PT12H" => 2
@"P1Y" / 2 => "P6M"
@"P2Y" / @"P1Y" => 2
@"2024-01-01T00:00:00Z" - @"2024-01-01T00:00:00+01:00" => "PT1H"
@"2024-01-01T00:00:00Z" - @"2024-01-01T00:00:00" => null
@"2024-01-01T00:00:00" < @"2024-01-02T00:00:00" => true
@"2024-01-01".weekday => 1
@"2024-01-01T10:00:00Z".time offset => "PT0S"
@"2024-01-01T10:00:00@Europe/Paris".timezone => "Europe/Paris"
@"2024-01-01T10:00:00".time offset => null
@"P1Y2M".months => 2
@"P1DT2H3M4S".seconds => 4
@"P1D".years => null
@"P1Y" = @"P12M" => true
@"PT24H" = @"P1D" => true
@"2024-01-01T00:00:00Z" = @"2024-01-01T01:00:00+01:00" => true
@"10:00:00Z" = @"11:00:00+01:00" => true
day of week(@"2024-01-01T00:00:00Z") => "Monday"
date("2024-01-01").month => 1
date and time("2017-08-10T10:20:00@Asia/Tokyo").timezone => "Asia/Tokyo"
@"foo" => null
@"2016-12-24T23:59:00-08:00" + @"P1Y" => "2017-12-24T23:59:00-08:00"
date and time("2024-03-31T01:30:00@Europe/Berlin") + @"PT1H" => "2024-03-31T03:30:00@Europe/Berlin"
time("10:00:00@Europe/Paris") => "10:00:00@Europe/Paris"
- @"P1D" => "-P1D"
""",
    "contexts": r"""
get value({key1: "value1"}, "key1") => "value1"
get value({a: {b: {c: 0}}}, ["a","b"]) => {c: 0}
get value({a: 1}, "b") => null
get value({a: 1}, []) => null
get entries({a: 1}) => [{key: "a", value: 1}]
get entries({}) => []
context([{key: "a", value: 1}, {key: "b", value: 2}]) => {a: 1, b: 2}
context([{key: "a", value: 1}, {key: "a", value: 2}]) => null
context([{key: "a"}]) => null
context put({x: 1}, "y", 2) => {x: 1, y: 2}
context put({x: 1, y: {a: 0}}, ["y","a"], 2) => {x: 1, y: {a: 2}}
context put({x: 1}, [], 2) => null
context put({x: 1}, ["y","z"], 2) => {x: 1, y: {z: 2}}
context merge([{x: 1}, {y: 2}]) => {x: 1, y: 2}
context merge([{x: 1}, {x: 0}]) => {x: 0}
context merge([]) => {}
context merge([{a: 1}, null]) => null
{a: 1}.b => null
{a: {b: 5}}.a.b => 5
{a: 1, b: a + 1}.b => 2
{"a b": 1}.a b => 1
{a: function(x) x + 1, b: a(1)}.b => 2
{a: 1} = {a: 1} => true
{x: 1, y: x}.y => 1
get entries({a: 1, b: 2}).key => ["a","b"]
""",
    "filters and paths": r"""
[1,2] in [[1,2]] => true
[1,2,3][2] => 2
[1,2,3][-1] => 3
[1,2,3][0] => null
[1,2,3][item > 1] => [2,3]
[{x:1},{x:2}][x = 1] => [{x:1}]
[{x:1},{x:2}].x => [1,2]
[{x:1},{y:2}].x => [1,null]
[1,2,3][true] => [1,2,3]
[1,2] = [1,2] => true
[1] < [2] => null
[ {a: {b: 1}}, {a: {b: 2}} ].a.b => [1,2]
[5..1] => null
[1,2,3][item >= 2][1] => 2
[[1],[2]][1][1] => 1
""",
    "loops, functions and types": r"""
for i in 1..3 return i => [1,2,3]
for i in 3..1 return i => [3,2,1]
for i in [1,2], j in [3,4] return i*j => [3,4,6,8]
for i in 1..5 return if i = 1 then 1 else partial[-1] * i => [1,2,6,24,120]
for i in [1..3] return i => [1,2,3]
for i in @"2024-01-01"..@"2024-01-03" return i => ["2024-01-01","2024-01-02","2024-01-03"]
some x in [1,2] satisfies x > 1 => true
every x in [1,2] satisfies x > 1 => false
some x in [] satisfies x => false
some i in [1,2], j in [2,3] satisfies i = j => true
(function(x, y) x - y)(y: 1, x: 3) => 2
1 instance of number => true
"a" instance of string => true
null instance of number => false
null instance of Any => false
null instance of Null => true
[1] instance of list<number> => true
[1,"a"] instance of list<number> => false
[] instance of list<number> => true
{a: 1} instance of context<a: number> => true
{a: 1, b: 2} instance of context<a: number> => true
@"P1D" instance of days and time duration => true
@"P1Y" instance of years and months duration => true
@"2024-01-01" instance of date and time => false
[1..2] instance of range<number> => true
(function(x: number) x) instance of function<number> -> Any => true
(function(x: number) x) instance of function<number> -> number => true
abs instance of function<number> -> number => true
(function() "a") instance of function<> -> Any => true
(function() "a") instance of function<> -> number => false
(function(x: number) x) instance of function<string> -> Any => false
(function(x) x) instance of function<string> -> Any => true
(function(x: context<a: string>) 1) instance of function<context<a: string, b: string>> -> number => true
(function(x: context<a: string, b: string>) 1) instance of function<context<a: string>> -> number => false
(function() {a: "x", b: [1]}) instance of function<> -> context<b: list<number>> => true
(function() {a: "x"}) instance of function<> -> context<a: string, b: string> => false
(function() [1, "a"]) instance of function<> -> list<number> => true
(function() 1 > 0) instance of function<> -> boolean => true
(function() null) instance of function<> -> string => true
(function() function(x: string) x) instance of function<> -> function<string> -> string => true
(function() {f: function(x) x}) instance of function<> -> function<string> -> string => false
""",
}


@pytest.mark.parametrize("topic", TOPICS)
def test_expressions_give_what_the_standard_says(topic):
    """Each line is a decision; the right side is a value written out."""
    cases = [line.rpartition(" => ")[::2] for line in TOPICS[topic].strip().splitlines()]
    model = read_decisions(file(*(decision(f"d{at}", text) for at, (text, _) in enumerate(cases))), "x.dmn")
    found = {text: evaluate(model, f"d{at}", {}).value for at, (text, _) in enumerate(cases)}
    wanted = {text: parse_expression(value).evaluate({}).value for text, value in cases}
    assert found == wanted
    assert {text: type(value) for text, value in found.items()} == {text: type(value) for text, value in wanted.items()}
