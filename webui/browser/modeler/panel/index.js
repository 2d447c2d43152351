// Needs: the properties panel, a vocabulary ({roles, forms, decisions, operations, clocks, processes, records, names}) as `config.vocabulary`.
// Gives: our groups after "General", before what the panel has of its own.
import { groupsFor, replaced } from "./groups.js";
import opening, { elsewhereGroup, withRead } from "./elsewhere.jsx";
import references from "./references.js";
import { subjectOf } from "../extensions.js";

function KeelsonProvider(propertiesPanel, vocabulary) {
  this.getGroups = (element) => (groups) => {
    const general = groups.filter(({ id }) => id === "general");
    const others = groups.filter(({ id }) => id !== "general" && !replaced.has(id));
    const subject = subjectOf(element);
    if (!subject) return groups;
    const elsewhere = elsewhereGroup(subject, vocabulary);
    return [...general, ...withRead(groupsFor(subject, vocabulary), subject, vocabulary), ...(elsewhere ? [elsewhere] : []), ...others];
  };
  propertiesPanel.registerProvider(500, this);
}

KeelsonProvider.$inject = ["propertiesPanel", "config.vocabulary"];

export default {
  __depends__: [references, opening],
  __init__: ["keelsonProvider"],
  keelsonProvider: ["type", KeelsonProvider],
};
