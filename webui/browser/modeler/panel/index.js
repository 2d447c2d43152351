// Needs: the properties panel, a vocabulary ({roles, forms, decisions, operations, clocks, processes, records, names}) as `config.vocabulary`.
// Gives: our groups after "General", before what the panel has of its own.
import { replaced } from "./course.js";
import { groupsFor } from "./groups.js";
import references from "./references.js";

function KeelsonProvider(propertiesPanel, vocabulary) {
  this.getGroups = (element) => (groups) => {
    const general = groups.filter(({ id }) => id === "general");
    const others = groups.filter(({ id }) => id !== "general" && !replaced.has(id));
    return [...general, ...groupsFor(element, vocabulary), ...others];
  };
  propertiesPanel.registerProvider(500, this);
}

KeelsonProvider.$inject = ["propertiesPanel", "config.vocabulary"];

export default {
  __depends__: [references],
  __init__: ["keelsonProvider"],
  keelsonProvider: ["type", KeelsonProvider],
};
