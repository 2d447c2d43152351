"""Pictures for models without one: nothing covers anything, whatever the model; all else in the file stays."""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from bpmn import layout
from bpmn.__main__ import main
from bpmn.layout import routing
from bpmn.layout.labels import Labels
from bpmn.layout.picture import Box
from bpmn.layout.routing import TRACK, ground
from bpmn.reading import read_diagram

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<!-- kept -->\n'
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="D" targetNamespace="x">'
)
NAMES = ("Check the request", "Approve", "Log and classify it", "Ask the customer for more", "Is it complete?", "")
KINDS = ("userTask", "userTask", "userTask", "exclusiveGateway", "parallelGateway", "intermediateCatchEvent")


def node(kind: str, identity: str, name: str = "", inner: str = "", more: str = "") -> str:
    return f'<{kind} id="{identity}" name="{name}"{more}>{inner}</{kind}>'


def flow(identity: str, source: str, target: str, name: str = "") -> str:
    return f'<sequenceFlow id="{identity}" sourceRef="{source}" targetRef="{target}" name="{name}"/>'


def model(inside: str, before: str = "") -> bytes:
    return f'{HEAD}{before}<process id="P">{inside}</process></definitions>'.encode()


def drawn(content: bytes) -> bytes:
    out = layout.lay_out(content, "model.bpmn")
    assert [str(flaw) for flaw in layout.picture_flaws(out, "model.bpmn")] == []
    diagram = read_diagram(out, "model.bpmn")
    for process in diagram.processes:
        assert all(element.bounds for element in process.elements)
        assert all(len(one.waypoints) > 1 for one in process.flows)
    return out


@st.composite
def models(draw: st.DrawFn) -> bytes:
    """Branching and joining models with loops, in up to four lanes, some with events on their borders."""
    lanes = draw(st.integers(0, 4))
    count = draw(st.integers(1, 14))
    nodes, flows, lane = [node("startEvent", "n0", "Begun")], list[str](), {"n0": 0}
    ends: list[str] = ["n0"]
    for at in range(1, count + 1):
        kind = draw(st.sampled_from(KINDS))
        identity = f"n{at}"
        source = ends.pop(draw(st.integers(0, len(ends) - 1))) if ends else "n0"
        nodes.append(node(kind, identity, draw(st.sampled_from(NAMES))))
        lane[identity] = draw(st.integers(0, max(lanes - 1, 0)))
        flows.append(flow(f"f{len(flows)}", source, identity, draw(st.sampled_from(("", "", "yes", "not yet")))))
        ends += [identity] * (2 if kind.endswith("Gateway") else 1)
        if kind == "userTask" and draw(st.booleans()):
            nodes.append(node("boundaryEvent", f"b{at}", "Too late", more=f' attachedToRef="{identity}"'))
            lane[f"b{at}"] = lane[identity]
            ends.append(f"b{at}")
        if len(ends) > 1 and at > 2 and draw(st.booleans()):
            back = ends.pop(0)
            target = f"n{draw(st.integers(1, at))}"
            if not target.startswith(back):
                flows.append(flow(f"f{len(flows)}", back, target))
    for end in dict.fromkeys(ends):
        nodes.append(node("endEvent", f"e{end}", "Closed"))
        lane[f"e{end}"] = lane[end]
        flows.append(flow(f"f{len(flows)}", end, f"e{end}"))
    sets = "".join(
        f'<lane id="L{one}" name="Lane">'
        + "".join(f"<flowNodeRef>{identity}</flowNodeRef>" for identity in lane if lane[identity] == one)
        + "</lane>"
        for one in range(lanes)
    )
    pool = '<collaboration id="C"><participant id="Pool" name="Pool" processRef="P"/></collaboration>'
    return model((f"<laneSet>{sets}</laneSet>" if lanes else "") + "".join(nodes + flows), pool if lanes else "")


@settings(max_examples=25, deadline=None, derandomize=True, phases=[Phase.explicit, Phase.generate])
@given(models())
def test_nothing_covers_shapes_or_leaves_its_lane(content: bytes) -> None:
    out = layout.lay_out(content, "model.bpmn")

    flaws = layout.picture_flaws(out, "model.bpmn")
    assert [str(flaw) for flaw in flaws if flaw.kind in ("shapes overlap", "outside its lane")] == []
    assert [str(flaw) for flaw in flaws if flaw.kind == "line through a shape"] == []
    assert len(flaws) <= 3, [str(flaw) for flaw in flaws]


def test_a_name_stands_farther_off_where_lines_run_close_by() -> None:
    event = Box(x=100, y=100, width=36, height=36)
    near = {str(y): [(0.0, float(y)), (300.0, float(y))] for y in (80, 92, 118, 144, 156)}
    labels = Labels([event], near, [])
    place = labels.beside(event, "Begun", kind="startEvent")
    assert labels.cut == 0
    assert abs(place.centre[1] - event.centre[1]) < 70


def test_no_track_lies_close_beside_a_line_that_is_drawn() -> None:
    boxes = {"a": Box(x=0, y=0, width=100, height=80), "b": Box(x=200, y=0, width=100, height=80)}
    kinds = dict.fromkeys(boxes, "task")
    line = [(153.0, 0.0), (153.0, 200.0)]
    where = ground(boxes, kinds, {}, columns=[[(0, 100), (200, 300)]], rows=[(0, 80)], drawn=[line])
    assert [x for x in where.xs if abs(x - 153) < TRACK / 2] == [153.0]


def test_messages_to_a_closed_pool_meet_it_on_the_side_that_faces() -> None:
    flows = "".join(
        f'<messageFlow id="m{number}" sourceRef="{source}" targetRef="{target}"/>'
        for number, (source, target) in enumerate([("a", "C"), ("C", "a"), ("a", "C")])
    )
    pools = '<participant id="W" name="We" processRef="P"/><participant id="C" name="Customer"/>'
    ours = node("startEvent", "s") + node("task", "a", "Ask") + node("endEvent", "e")
    out = drawn(
        model(
            ours + flow("f1", "s", "a") + flow("f2", "a", "e"), f'<collaboration id="K">{pools}{flows}</collaboration>'
        )
    ).decode()
    (top,) = re.findall(r'bpmnElement="C".*?<dc:Bounds x="[^"]*" y="([^"]*)"', out, re.S)[:1]
    for number in range(3):
        (edge,) = re.findall(rf'bpmnElement="m{number}">(.*?)</bpmndi:BPMNEdge>', out, re.S)
        heights = re.findall(r'waypoint x="[^"]*" y="([^"]*)"', edge)
        assert max(map(float, heights)) == float(top)


SHOP = model(
    "".join(
        [
            node("startEvent", "s", "Order received"),
            node("userTask", "a", "Check the order"),
            node("exclusiveGateway", "g", "Complete?"),
            node(
                "subProcess",
                "sp",
                "Prepare the goods",
                node("startEvent", "s2") + node("task", "p1", "Pick") + node("endEvent", "e2", "Ready")
                + flow("x1", "s2", "p1") + flow("x2", "p1", "e2"),
            ),
            node("boundaryEvent", "be", "Too late", more=' attachedToRef="sp"'),
            node("task", "esc", "Call the customer"),
            node("task", "ask", "Ask for what is missing"),
            node("endEvent", "e", "Delivered"),
            node("endEvent", "ee", "Given up"),
            node(
                "subProcess",
                "ev",
                "Customer cancels",
                node("startEvent", "es", "Cancelled") + node("endEvent", "een", "Put back") + flow("y1", "es", "een"),
                ' triggeredByEvent="true"',
            ),
            '<dataObjectReference id="do" name="Order" dataObjectRef="d"/><dataObject id="d"/>',
            '<dataStoreReference id="ds" name="Stock"/>',
            flow("f1", "s", "a"), flow("f2", "a", "g"), flow("f3", "g", "sp", "yes"), flow("f4", "g", "ask", "no"),
            flow("f5", "ask", "a"), flow("f6", "sp", "e"), flow("f7", "be", "esc"), flow("f8", "esc", "ee"),
            '<textAnnotation id="ta"><text>The customer is told by mail within a day</text></textAnnotation>',
            '<association id="as" sourceRef="ask" targetRef="ta"/>',
            '<association id="as2" sourceRef="do" targetRef="a"/>',
            '<association id="as3" sourceRef="sp" targetRef="ds"/>',
        ]
    )
)  # fmt: skip
TALK = (
    HEAD + '<collaboration id="C"><participant id="PA" name="Customer"/>'
    '<participant id="PB" name="Shop" processRef="P"/><participant id="PC" name="Bank" processRef="Q"/>'
    '<messageFlow id="m1" name="order" sourceRef="PA" targetRef="s"/>'
    '<messageFlow id="m2" name="payment request" sourceRef="b" targetRef="qs"/>'
    '<messageFlow id="m3" name="payment result" sourceRef="qe" targetRef="w"/>'
    '<messageFlow id="m4" name="goods" sourceRef="d" targetRef="PA"/></collaboration><process id="P">'
    + node("startEvent", "s", "Order") + node("sendTask", "b", "Ask for payment")
    + node("intermediateCatchEvent", "w", "Paid") + node("task", "d", "Deliver") + node("endEvent", "e", "Done")
    + flow("f1", "s", "b") + flow("f2", "b", "w") + flow("f3", "w", "d") + flow("f4", "d", "e")
    + '</process><process id="Q">'
    + node("startEvent", "qs", "Request") + node("task", "qt", "Charge the card") + node("endEvent", "qe", "Charged")
    + flow("q1", "qs", "qt") + flow("q2", "qt", "qe") + "</process></definitions>"
).encode()  # fmt: skip


@pytest.mark.parametrize("content", [SHOP, TALK], ids=["sub-processes, data and notes", "pools that talk"])
def test_everything_is_drawn_without_a_flaw(content: bytes) -> None:
    out = drawn(content)

    shapes = set(re.findall(rb'BPMNShape id="[^"]*" bpmnElement="([^"]*)"', out))
    edges = set(re.findall(rb'BPMNEdge id="[^"]*" bpmnElement="([^"]*)"', out))
    ids = set(
        re.findall(rb'<(?:\w*[tT]ask|\w+Event|\w+Gateway|subProcess|participant|data\w+Reference) id="(\w+)"', content)
    )
    assert ids <= shapes
    assert set(re.findall(rb'<(?:sequenceFlow|messageFlow|association) id="(\w+)"', content)) <= edges


def test_a_shipped_process_drawn_anew_has_no_flaw() -> None:
    drawn(Path("bpmn/library/access_review/access_review.bpmn").read_bytes())


def test_the_same_file_gets_the_same_picture_and_keeps_every_other_byte() -> None:
    out = layout.lay_out(SHOP, "shop.bpmn")

    assert out == layout.lay_out(SHOP, "shop.bpmn")
    assert layout.lay_out(out, "shop.bpmn") == out
    kept = re.sub(rb"\n  <bpmndi:BPMNDiagram.*</bpmndi:BPMNDiagram>\n", b"", out, flags=re.DOTALL)
    assert kept == SHOP


def test_flows_without_ids_are_drawn_under_the_ids_made_on_reading() -> None:
    content = model(node("startEvent", "s") + node("endEvent", "e") + '<sequenceFlow sourceRef="s" targetRef="e"/>')

    out = drawn(content)

    assert [one.id for one in read_diagram(out, "x").processes[0].flows] == ["Flow_s_e"]


def test_other_encodings() -> None:
    text = SHOP.decode().replace('encoding="UTF-8"', 'encoding="UTF-16"')
    out = drawn(text.encode("utf-16"))

    assert out.startswith(b'<?xml version="1.0" encoding="UTF-8"?>')


def boxes(*shapes: tuple[str, float, float]) -> bytes:
    drawn_shapes = "".join(
        f'<s:BPMNShape xmlns:s="http://www.omg.org/spec/BPMN/20100524/DI" bpmnElement="{identity}">'
        f'<d:Bounds xmlns:d="http://www.omg.org/spec/DD/20100524/DC" x="{x}" y="{y}" width="100" height="80"/>'
        "</s:BPMNShape>"
        for identity, x, y in shapes
    )
    line = (
        '<s:BPMNEdge xmlns:s="http://www.omg.org/spec/BPMN/20100524/DI" bpmnElement="f">'
        '<w:waypoint xmlns:w="http://www.omg.org/spec/DD/20100524/DI" x="100" y="40"/>'
        '<w:waypoint xmlns:w="http://www.omg.org/spec/DD/20100524/DI" x="400" y="40"/></s:BPMNEdge>'
    )
    plane = '<s:BPMNPlane xmlns:s="http://www.omg.org/spec/BPMN/20100524/DI" bpmnElement="P">'
    inside = node("task", "a", "A") + node("task", "b", "B") + node("task", "c", "C" * 12 + " " + "D" * 120)
    return (
        model(inside + flow("f", "a", "b"))
        .replace(b"</definitions>", f"{plane}{drawn_shapes}{line}</s:BPMNPlane></definitions>".encode())
    )  # fmt: skip


def kinds(content: bytes) -> Sequence[str]:
    return [str(flaw) for flaw in layout.picture_flaws(content, "x")]


def test_flaws_are_found() -> None:
    assert kinds(boxes(("a", 0, 0), ("b", 400, 0))) == []
    assert kinds(boxes(("a", 0, 0), ("b", 50, 20)))[0] == "shapes overlap: a and b"
    assert kinds(boxes(("a", 0, 0), ("b", 400, 0), ("c", 200, 0)))[-1] == "line through a shape: f and c"


def test_large_models_are_drawn_within_bounds() -> None:
    count = 400
    chain = "".join(node("task", f"n{at}", "Do it") for at in range(count))
    flows = "".join(flow(f"f{at}", f"n{at}", f"n{at + 1}") for at in range(count - 1))
    deep = node("task", "t0")
    for level in range(1, 51):
        deep = node("subProcess", f"t{level}", "Level", deep)

    drawn(model(chain + flows))
    drawn(model(deep))


@pytest.mark.parametrize("steps", [1, 300_000])
def test_a_search_in_a_hurry_still_finds_lines_that_cut_no_shape(monkeypatch: pytest.MonkeyPatch, steps: int) -> None:
    """Where very many lines are sought the search hurries to the ends; only beyond its bound are lines led plainly."""
    monkeypatch.setattr(routing, "CAREFUL", 0)
    monkeypatch.setattr(routing, "STEPS", steps)
    content = (Path("bpmn/library") / "documents/documents.bpmn").read_bytes()
    out = layout.lay_out(content, "model.bpmn")
    cut = [str(flaw) for flaw in layout.picture_flaws(out, "model.bpmn") if "through a label" not in str(flaw)]
    assert bool(cut) is (steps == 1), cut


def test_the_command_draws_what_has_no_picture(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "shop.bpmn"
    file.write_bytes(SHOP)

    assert main(["layout", str(file)]) == 0
    assert file.read_bytes() == layout.lay_out(SHOP, "shop.bpmn")
    assert main(["layout", str(file)]) == 0
    assert "has a picture" in capsys.readouterr().out
    assert main(["layout", "--measure", str(file)]) == 0
    file.write_bytes(boxes(("a", 0, 0), ("b", 50, 20)))
    assert main(["layout", "--measure", str(file)]) == 1
    assert "shapes overlap: a and b" in capsys.readouterr().out
    file.write_bytes(b"<a/>")
    assert main(["layout", str(file)]) == 3


def test_parts_of_a_lane_stand_below_each_other_in_the_order_of_the_file() -> None:
    rows = range(1, 7)
    parts = "".join(
        node("intermediateCatchEvent", f"c{row}", f"Part {row}")
        + node("userTask", f"t{row}", f"Work {row}")
        + node("endEvent", f"e{row}", f"End {row}")
        + flow(f"f{row}", f"c{row}", f"t{row}")
        + flow(f"g{row}", f"t{row}", f"e{row}")
        for row in rows
    )
    diagram = read_diagram(drawn(model(parts)), "model.bpmn")
    tops = {element.id: element.bounds.y for element in diagram.processes[0].elements if element.bounds}
    assert [tops[f"t{row}"] for row in rows] == sorted(tops[f"t{row}"] for row in rows)


def test_parts_that_links_join_stand_below_each_other_in_the_order_of_the_flow() -> None:
    def part(row: int, begin: str) -> str:
        thrown = node("intermediateThrowEvent", f"e{row}", f"Part {row + 1}")
        work = node("userTask", f"t{row}", f"Work {row}")
        return begin + work + thrown + flow(f"f{row}", f"c{row}", f"t{row}") + flow(f"g{row}", f"t{row}", f"e{row}")

    parts = [part(row, node("intermediateCatchEvent", f"c{row}", f"Part {row}")) for row in (4, 2, 3)]
    parts.append(part(1, node("startEvent", "c1", "Begun")))
    diagram = read_diagram(drawn(model("".join(parts))), "model.bpmn")
    tops = {element.id: element.bounds.y for element in diagram.processes[0].elements if element.bounds}
    assert [tops[f"t{row}"] for row in range(1, 5)] == sorted(tops[f"t{row}"] for row in range(1, 5))


@pytest.mark.parametrize("closed", [False, True])
@pytest.mark.parametrize("count", [1, 2])
def test_events_on_a_border_keep_its_middle_free(count: int, closed: bool) -> None:
    """A line straight down has room, and so has the mark of a closed sub-process, and the button beside it."""
    work = node("subProcess", "t", "Work", node("task", "i", "Inside")) if closed else node("task", "t", "Work")
    late = "".join(
        node("boundaryEvent", f"b{at}", f"Late {at}", more=' attachedToRef="t"')
        + node("endEvent", f"x{at}", f"Over {at}")
        + flow(f"f{at}", f"b{at}", f"x{at}")
        for at in range(count)
    )
    plane = '<s:BPMNDiagram xmlns:s="http://www.omg.org/spec/BPMN/20100524/DI"><s:BPMNPlane bpmnElement="t"/>'
    content = model(node("startEvent", "s") + work + late + flow("f", "s", "t")).replace(
        b"</definitions>", f"{plane if closed else ''}{'</s:BPMNDiagram>' if closed else ''}</definitions>".encode()
    )
    diagram = read_diagram(drawn(content), "model.bpmn")
    boxes = {element.id: element.bounds for element in diagram.processes[0].elements if element.bounds}
    middle = boxes["t"].x + boxes["t"].width / 2
    for at in range(count):
        box = boxes[f"b{at}"]
        assert not box.x - 6 < middle < box.x + box.width + 6
        assert not closed or box.x + box.width <= boxes["t"].x + boxes["t"].width - 14


def test_data_stands_below_what_it_belongs_to() -> None:
    data = node("dataStoreReference", "d", "Register")
    out = '<dataOutputAssociation id="a"><targetRef>d</targetRef></dataOutputAssociation>'
    other = node("intermediateCatchEvent", "c", "Other") + node("task", "u", "Work") + flow("g", "c", "u")
    first = node("startEvent", "s") + node("task", "k", "Think") + node("task", "t", "Write", out)
    content = model(first + flow("f", "s", "k") + flow("h", "k", "t") + data + other)
    diagram = read_diagram(drawn(content), "model.bpmn")
    boxes = {element.id: element.bounds for element in diagram.processes[0].elements if element.bounds}
    file = re.search(rb'bpmnElement="d">\s*<dc:Bounds x="([\d.]+)" y="([\d.]+)"', drawn(content))
    assert file is not None
    assert boxes["t"].y + boxes["t"].height < float(file[2]) < boxes["u"].y + boxes["u"].height


def test_a_sub_process_with_a_plane_of_its_own_stays_closed() -> None:
    inside = node("startEvent", "i1", "Begun") + node("task", "i2", "Do it") + node("endEvent", "i3", "Done")
    inside += flow("g1", "i1", "i2") + flow("g2", "i2", "i3")
    late = node("boundaryEvent", "late", "Too late", more=' attachedToRef="sub"')
    outside = node("startEvent", "s") + node("subProcess", "sub", "Prepare", inside) + late + node("endEvent", "e")
    content = model(
        outside + node("endEvent", "x") + flow("f1", "s", "sub") + flow("f2", "sub", "e") + flow("f3", "late", "x")
    )
    plane = '<s:BPMNDiagram xmlns:s="http://www.omg.org/spec/BPMN/20100524/DI">'
    plane += '<s:BPMNPlane bpmnElement="sub"/></s:BPMNDiagram>'

    open_, closed = drawn(content), drawn(content.replace(b"</definitions>", f"{plane}</definitions>".encode()))

    assert [plane.elements for plane in layout.planes(open_, "x")] == [8]
    assert [(plane.id, plane.elements) for plane in layout.planes(closed, "x")] == [("P", 5), ("sub", 3)]
    shape = re.search(rb'bpmnElement="sub" isExpanded="false">\s*<dc:Bounds [^>]*width="100" height="80"', closed)
    assert shape
    assert layout.lay_out(closed, "x") == closed


def test_more_tries_cross_less() -> None:
    file = Path("bpmn/library/problem/problem.bpmn")
    counts = [
        sum(plane.crossings for plane in layout.planes(layout.lay_out(file.read_bytes(), file.name, tries), file.name))
        for tries in (1, 5)
    ]

    assert counts[1] < counts[0]


def tangled(count: int, lines: int) -> bytes:
    """Nodes with lines from anywhere to anywhere, in an order that looks like none."""
    nodes = "".join(node("exclusiveGateway" if at % 3 else "task", f"n{at}", f"Step {at}") for at in range(count))
    pairs = [(at * 7919 % count, at * 104729 % (count - 1)) for at in range(1, 3 * lines)]
    ways = [f"{one}_{other}" for one, other in dict.fromkeys(pairs) if one != other][:lines]
    assert len(ways) == lines
    return model(nodes + "".join(flow(f"f{way}", *(f"n{end}" for end in way.split("_"))) for way in ways))


def test_tangles_take_a_bounded_effort_and_are_drawn_alike_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routing, "STEPS", 6_000)
    spent: list[int] = []
    route = routing.route

    def counted(links, where, effort, there=None):
        courses = route(links, where, effort, there)
        spent.append(effort.spent)
        return courses

    monkeypatch.setattr("bpmn.layout.inside.route", counted)
    content = tangled(40, 90)
    first = layout.lay_out(content, "model.bpmn")
    assert 0 < spent[-1] <= 2 * routing.STEPS
    assert layout.lay_out(content, "model.bpmn") == first
    diagram = read_diagram(first, "model.bpmn")
    assert all(len(one.waypoints) > 1 for process in diagram.processes for one in process.flows)
