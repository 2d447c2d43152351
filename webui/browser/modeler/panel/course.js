// When and how often: timers, conditions of events, loops and repetition.
import { is } from "bpmn-js/lib/util/ModelUtil";
import { subjectOf } from "../extensions.js";
import { Choice, Feel, Switch, Text } from "./entries.jsx";
import { body, entry, group, perTrigger } from "./making.js";

const timings = [
  { id: "timeDuration", title: "After a time" },
  { id: "timeDate", title: "At a date" },
  { id: "timeCycle", title: "Again and again" },
];
const examples = {
  timeDuration: "PT4H, P3D, or FEEL: duration(\"PT4H\")",
  timeDate: 'A date and time, or FEEL. In working hours: working time(now(), duration("PT4H"), calendar)',
  timeCycle: "R3/PT1H three times, R/P1D without end, or FEEL that gives such a text",
};

function timingOf(timer) {
  return timings.map(({ id }) => id).find((name) => timer.get(name)) ?? "";
}

function setTiming({ modeling, bpmnFactory }, element, timer, chosen) {
  const text = timer.get(timingOf(timer) || "timeDate")?.get("body");
  const changes = { timeDuration: undefined, timeDate: undefined, timeCycle: undefined };
  if (chosen) {
    changes[chosen] = bpmnFactory.create("bpmn:FormalExpression", { body: text });
    changes[chosen].$parent = timer;
  }
  modeling.updateModdleProperties(element, timer, changes);
}

export function timerGroups(subject) {
  return perTrigger(subject, "bpmn:TimerEventDefinition", (timerOf, { mark, title }, timer) => {
    const timing = timingOf(timer);
    const entries = [
      entry(`timing${mark}`, Choice, {
        label: "Kind",
        choices: timings,
        none: "None chosen",
        bare: true,
        read: (element) => timingOf(timerOf(element)),
        write: (tools, element, value) => setTiming(tools, element, timerOf(element), value),
      }),
    ];
    if (timing) {
      const when = { read: (element) => timerOf(element).get(timing)?.get("body") ?? "", write: (tools, element, value) => tools.modeling.updateModdleProperties(element, timerOf(element).get(timing), { body: value }) };
      entries.push(entry(`when${mark}`, Feel, { label: "When", feel: "optional", description: examples[timing], ...when }));
    }
    return group(`when${mark}`, `Timer${title}`, entries);
  });
}

export function eventConditionGroups(subject) {
  return perTrigger(subject, "bpmn:ConditionalEventDefinition", (conditionOf, { mark, title }) =>
    group(`eventCondition${mark}`, `Condition${title}`, [
      body(`eventCondition${mark}`, Feel, { label: "Comes when", description: "FEEL that gives true or false; looked at whenever data of the case change." }, { holder: conditionOf, name: "condition" }),
    ]),
  );
}

function loopOf(subject) {
  return is(subject, "bpmn:Activity") ? subject.get("loopCharacteristics") : undefined;
}

/** A property of the loop itself, kept as it is. */
function ofLoop(name, component, props) {
  return entry(name, component, {
    read: (element) => loopOf(subjectOf(element)).get(name) ?? "",
    write: ({ modeling }, element, value) => modeling.updateModdleProperties(element, loopOf(subjectOf(element)), { [name]: value || undefined }),
    ...props,
  });
}

/** A variable the loop names: BPMN keeps it as a reference, which bears the name as its id. */
function named(name, props) {
  return entry(name, Text, {
    read: (element) => loopOf(subjectOf(element)).get(name)?.get("id") ?? "",
    write: ({ modeling, bpmnFactory }, element, value) => {
      const loop = loopOf(subjectOf(element));
      const made = value.trim() ? bpmnFactory.create(name === "outputDataItem" ? "bpmn:DataOutput" : "bpmn:DataInput", { id: value.trim() }) : undefined;
      if (made) made.$parent = loop;
      modeling.updateModdleProperties(element, loop, { [name]: made });
    },
    ...props,
  });
}

export function loopGroup(subject) {
  const loop = loopOf(subject);
  if (!loop) return null;
  if (is(loop, "bpmn:StandardLoopCharacteristics")) {
    return group("loop", "Loop", [
      body("loopCondition", Feel, { label: "Again while", description: "FEEL that gives true or false" }, { holder: (element) => loopOf(subjectOf(element)), name: "loopCondition" }),
      ofLoop("testBefore", Switch, { label: "Ask before the first time" }),
      entry("loopMaximum", Text, {
        label: "At most",
        description: "How many times",
        read: (element) => String(loopOf(subjectOf(element)).get("loopMaximum") ?? ""),
        write: ({ modeling }, element, value) => modeling.updateModdleProperties(element, loopOf(subjectOf(element)), { loopMaximum: /^\d+$/.test(value) ? Number(value) : undefined }),
      }),
    ]);
  }
  return group("loop", loop.get("isSequential") ? "One after another" : "All at once", [
    named("loopDataInputRef", { label: "For each of", description: "The variable with the list" }),
    named("inputDataItem", { label: "Called inside", description: "The name of the one item" }),
    body("loopCardinality", Feel, { label: "Or so many times", feel: "optional", description: "A number, or FEEL" }, { holder: (element) => loopOf(subjectOf(element)), name: "loopCardinality" }),
    body("completionCondition", Feel, { label: "Over when", description: "FEEL; may read numberOfCompletedInstances" }, { holder: (element) => loopOf(subjectOf(element)), name: "completionCondition" }),
    named("outputDataItem", { label: "Result of each", description: "The variable that each sets" }),
    named("loopDataOutputRef", { label: "Gathered in", description: "The variable that gets the list of results" }),
  ]);
}
